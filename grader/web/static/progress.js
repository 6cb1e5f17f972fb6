// Show how far a grading is, and the result when there is one.
const progress = document.getElementById("progress");
const connection = document.getElementById("connection");
const events = new EventSource(progress.dataset.events);
const PAUSE_MILLISECONDS = 2000;

// Ask first: to load the page without a connection would lose it.
async function loadAgain() {
  try {
    await fetch(location.href, { cache: "no-store", redirect: "manual" });
    location.reload();
  } catch {
    connection.hidden = false;
    setTimeout(loadAgain, PAUSE_MILLISECONDS);
  }
}

events.addEventListener("job", (event) => {
  const job = JSON.parse(event.data);
  connection.hidden = true;
  if (job.state === "queued") {
    progress.textContent = "waiting for its turn";
  } else if (job.state === "running") {
    progress.textContent = job.progress || job.state;
  } else {
    events.close();
    loadAgain();
  }
});

events.addEventListener("error", () => {
  connection.hidden = false;
  // Closed for good if the server answered, but not with events.
  if (events.readyState === EventSource.CLOSED) {
    setTimeout(loadAgain, PAUSE_MILLISECONDS);
  }
});
