// Takes the passage that is selected in the original over into the list of passages to strike.
"use strict";

(function () {
  var button = document.querySelector("[data-strike]");
  var original = document.querySelector("[data-original]");
  var list = document.querySelector("[data-passages]");
  if (!button || !original || !list) return;
  button.hidden = false;
  // The click would end the selection.
  button.addEventListener("mousedown", function (event) { event.preventDefault(); });
  button.addEventListener("click", function () {
    var selection = window.getSelection();
    if (!selection.rangeCount || !original.contains(selection.getRangeAt(0).commonAncestorContainer)) return;
    var chosen = selection.toString().split("\n").map(function (line) { return line.trim(); }).filter(Boolean);
    var lines = list.value.split("\n").filter(Boolean);
    chosen.forEach(function (line) { if (lines.indexOf(line) < 0) lines.push(line); });
    list.value = lines.join("\n");
    selection.removeAllRanges();
  });
})();
