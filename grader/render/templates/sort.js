// Tables sort by a click on a column's heading. Without this script they are complete, in the
// order in which they were written.
"use strict";

const words = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });

function keyOf(row, column) {
  const cell = row.cells[column];
  return cell.dataset.key ?? cell.textContent.trim();
}

// What has no key (a withheld score) stays last whichever way the others go.
function compare(left, right, numeric, sign) {
  if (left === "" || right === "") return (left === "") - (right === "");
  return sign * (numeric ? Number(left) - Number(right) : words.compare(left, right));
}

function sortBy(heading) {
  const table = heading.closest("table");
  const sign = heading.getAttribute("aria-sort") === "ascending" ? -1 : 1;
  const numeric = heading.dataset.kind === "number";
  const rows = [...table.tBodies[0].rows].map((row) => [keyOf(row, heading.cellIndex), row]);
  rows.sort((one, other) => compare(one[0], other[0], numeric, sign));
  table.tBodies[0].append(...rows.map((pair) => pair[1]));
  for (const other of heading.parentElement.cells) other.removeAttribute("aria-sort");
  heading.setAttribute("aria-sort", sign > 0 ? "ascending" : "descending");
}

for (const heading of document.querySelectorAll("table.sortable thead th")) {
  const button = document.createElement("button");
  button.type = "button";
  button.append(...heading.childNodes);
  button.addEventListener("click", () => sortBy(heading));
  heading.append(button);
}
