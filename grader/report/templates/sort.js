"use strict";
for (const table of document.querySelectorAll("table.sortable")) {
  const body = table.tBodies[0];
  const said = table.parentElement.parentElement.querySelector("[data-said]");
  const valueOf = (row, column) => {
    const cell = row.cells[column];
    const value = cell.dataset.sort ?? cell.textContent.trim();
    const number = Number(value);
    return value === "" || Number.isNaN(number) ? value : number;
  };
  const isMissing = (value) => value === "";
  const compare = (one, other) =>
    typeof one === "number" && typeof other === "number"
      ? one - other
      : String(one).localeCompare(String(other), undefined, { numeric: true });
  for (const head of table.tHead.rows[0].cells) {
    const column = head.cellIndex;
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const first = head.classList.contains("number") ? "descending" : "ascending";
      const second = first === "ascending" ? "descending" : "ascending";
      const order = head.getAttribute("aria-sort") === first ? second : first;
      for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", order);
      const sign = order === "ascending" ? 1 : -1;
      const rows = [...body.rows].map((row) => ({ row, value: valueOf(row, column) }));
      rows.sort((one, other) =>
        isMissing(one.value) || isMissing(other.value)
          ? isMissing(one.value) - isMissing(other.value)
          : sign * compare(one.value, other.value),
      );
      body.append(...rows.map(({ row }) => row));
      said.textContent = `Sorted by ${button.textContent.trim()}, ${order}.`;
    });
  }
  table.tHead.rows[0].cells[0].setAttribute("aria-sort", "ascending");
}
