// Show how far a grading is, and the result when there is one.
const progress = document.getElementById("progress");
const connection = document.getElementById("connection");
const events = new EventSource(progress.dataset.events);

events.addEventListener("job", (event) => {
  const job = JSON.parse(event.data);
  connection.hidden = true;
  if (job.state === "queued" || job.state === "running") {
    progress.textContent = job.progress ? `${job.state}: ${job.progress}` : job.state;
  } else {
    events.close();
    location.reload();
  }
});

events.addEventListener("error", () => {
  connection.hidden = false;
  if (events.readyState === EventSource.CLOSED) {
    // The server answered, but not with events: the browser has given up.
    setTimeout(() => location.reload(), 3000);
  }
});
