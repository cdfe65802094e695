/* Suggestions while somebody types into a search box, in the browser's own list (datalist). Every page works without this file. */
(function () {
  "use strict";
  var PAUSE = 250;

  function fill(list, suggestions) {
    while (list.firstChild) {
      list.removeChild(list.firstChild);
    }
    for (var at = 0; at < suggestions.length; at += 1) {
      var option = document.createElement("option");
      option.value = suggestions[at].text;
      option.label = suggestions[at].label;
      list.appendChild(option);
    }
  }

  function follow(input) {
    var list = document.getElementById(input.getAttribute("list"));
    var timer = null;
    var asked = "";

    function ask() {
      var text = input.value.replace(/^\s+|\s+$/g, "");
      if (!text || text === asked) {
        return;
      }
      asked = text;
      var request = new XMLHttpRequest();
      request.onload = function () {
        if (request.status === 200 && text === asked) {
          try {
            fill(list, JSON.parse(request.responseText).suggestions);
          } catch (unreadable) {
            return;
          }
        }
      };
      request.open("GET", input.getAttribute("data-suggest") + "?q=" + encodeURIComponent(text));
      request.send();
    }

    input.addEventListener("input", function () {
      window.clearTimeout(timer);
      timer = window.setTimeout(ask, PAUSE);
    });
  }

  document.addEventListener("DOMContentLoaded", function () {
    Array.prototype.forEach.call(document.querySelectorAll("input[data-suggest]"), follow);
  });
})();
