/* Three conveniences: the large-type switch, print buttons, and a form that is sent again when its turn has come. Every page works without this file.
   Loaded in the head without defer, so that large type is set before the first paint. */
(function () {
  "use strict";
  var root = document.documentElement;
  var KEY = "portal-type";

  function stored() {
    try {
      return window.localStorage.getItem(KEY);
    } catch (refused) {
      return null; // private browsing refuses storage: the switch then lasts for this page
    }
  }

  function store(value) {
    try {
      window.localStorage.setItem(KEY, value);
    } catch (refused) {
      return;
    }
  }

  function show(button, large) {
    if (large) {
      root.setAttribute("data-type", "large");
    } else {
      root.removeAttribute("data-type");
    }
    if (button) {
      button.textContent = button.getAttribute(large ? "data-label-normal" : "data-label-large");
    }
  }

  show(null, stored() === "large");

  document.addEventListener("DOMContentLoaded", function () {
    var button = document.querySelector("[data-type-switch]");
    if (button) {
      show(button, root.getAttribute("data-type") === "large");
      button.hidden = false;
      button.addEventListener("click", function () {
        var large = root.getAttribute("data-type") !== "large";
        show(button, large);
        store(large ? "large" : "normal");
      });
    }
    Array.prototype.forEach.call(document.querySelectorAll("[data-print]"), function (printer) {
      printer.hidden = false;
      printer.addEventListener("click", function () {
        window.print();
      });
    });
    var again = document.querySelector("[data-again-after]");
    if (again) {
      window.setTimeout(function () {
        again.click();
      }, Number(again.getAttribute("data-again-after")) * 1000);
    }
    var summary = document.querySelector("[data-error-summary]");
    if (summary) {
      summary.focus();
    }
  });
})();
