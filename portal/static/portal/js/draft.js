/* Keeps page one of the opinion form (text and village) in this browser while it is written, and offers it back after a
   lost page. Only fields marked data-draft-field are read, and page two has none. Every page works without this file. */
(function () {
  "use strict";
  var PREFIX = "opinion-draft:";
  var KEPT = 7 * 24 * 60 * 60 * 1000; // the phone may be shared: nothing stays for longer
  var PAUSE = 400;

  function storage() {
    try {
      return window.localStorage;
    } catch (refused) {
      return null;
    }
  }

  function read(key) {
    try {
      var draft = JSON.parse(storage().getItem(key));
      return draft && draft.fields && new Date().getTime() - draft.at < KEPT ? draft : null;
    } catch (unreadable) {
      return null;
    }
  }

  /* earlier: a draft that is offered and neither taken back nor dropped yet, else null. */
  function write(key, fields, earlier) {
    try {
      storage().setItem(key, JSON.stringify({ at: new Date().getTime(), fields: fields, earlier: earlier }));
    } catch (full) {
      return;
    }
  }

  function drop(key) {
    try {
      storage().removeItem(key);
    } catch (refused) {
      return;
    }
  }

  function dropOld() {
    var store = storage();
    var keys = [];
    for (var at = 0; store && at < store.length; at += 1) {
      if (store.key(at).indexOf(PREFIX) === 0) {
        keys.push(store.key(at));
      }
    }
    for (var each = 0; each < keys.length; each += 1) {
      if (!read(keys[each])) {
        drop(keys[each]);
      }
    }
  }

  /* Nothing is lost: a text goes below the one that was written before it. */
  function joined(earlier, later) {
    var fields = {};
    Object.keys(later).forEach(function (name) {
      var then = (earlier && earlier[name]) || "";
      fields[name] = name === "text" && then && later[name] ? then + "\n" + later[name] : then || later[name];
    });
    return fields;
  }

  function follow(offer) {
    var key = PREFIX + offer.getAttribute("data-draft");
    var given = offer.getAttribute("data-draft-given"); // what the page itself wrote into the text
    var inputs = document.querySelectorAll("[data-draft-field]");
    var stored = read(key);
    var earlier = null;
    var timer = null;

    function typed() {
      var fields = {};
      for (var at = 0; at < inputs.length; at += 1) {
        fields[inputs[at].name] = inputs[at].value;
      }
      return fields;
    }

    function save() {
      timer = null;
      var fields = typed();
      if (fields.text) {
        write(key, fields, earlier);
      } else if (earlier) {
        write(key, earlier, null);
      } else {
        drop(key);
      }
    }

    function later() {
      window.clearTimeout(timer);
      timer = window.setTimeout(save, PAUSE);
    }

    function close() {
      earlier = null;
      offer.hidden = true;
    }

    for (var at = 0; at < inputs.length; at += 1) {
      inputs[at].addEventListener("input", later);
      inputs[at].addEventListener("change", later);
    }
    window.addEventListener("pagehide", function () {
      if (timer) {
        save();
      }
    });
    if (typed().text && typed().text !== given) {
      earlier = (stored && stored.earlier) || null;
      save(); // came back from a later page with what the server gave back
    } else if (stored && stored.fields.text) {
      earlier = joined(stored.earlier, stored.fields);
    }
    offer.hidden = !earlier;
    offer.querySelector("[data-draft-restore]").addEventListener("click", function () {
      var fields = joined(earlier, typed());
      for (var each = 0; each < inputs.length; each += 1) {
        inputs[each].value = fields[inputs[each].name];
      }
      close();
      save();
      document.querySelector("[data-draft-field]").focus();
    });
    offer.querySelector("[data-draft-drop]").addEventListener("click", function () {
      close();
      drop(key);
      save();
    });
  }

  document.addEventListener("DOMContentLoaded", function () {
    var offer = document.querySelector("[data-draft]");
    var sent = document.querySelector("[data-draft-sent]");
    dropOld();
    if (sent) {
      drop(PREFIX + sent.getAttribute("data-draft-sent"));
    }
    if (offer) {
      follow(offer);
    }
  });
})();
