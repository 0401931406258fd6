// What pages do beyond plain HTML. Everything works without it.
(() => {
  'use strict';
  const on = (type, selector, act) => document.addEventListener(type, e => { const hit = e.target.closest?.(selector); if (hit) act(hit, e); });
  const token = () => document.querySelector('input[name="__RequestVerificationToken"]')?.value;
  const root = document.documentElement;

  // Light and dark.
  on('click', '[data-theme-switch]', () => window.ismsTheme());

  // Navigation on a phone.
  const nav = open => {
    root.classList.toggle('nav-is-open', open);
    document.querySelector('[data-nav-open]')?.setAttribute('aria-expanded', String(open));
    if (open) (document.querySelector('#journey a[aria-current]') ?? document.querySelector('#journey a'))?.focus();
  };
  on('click', '[data-nav-open]', () => nav(!root.classList.contains('nav-is-open')));
  on('click', '[data-nav-close]', () => nav(false));

  // Menus: one open at a time; Escape and a click elsewhere close them.
  document.addEventListener('click', e => {
    for (const menu of document.querySelectorAll('details.dropdown[open]')) if (!menu.contains(e.target) || e.target.closest('.dropdown-item')) menu.open = false;
  });
  document.addEventListener('keydown', e => {
    if (e.key !== 'Escape') return;
    nav(false);
    const menu = document.querySelector('details.dropdown[open]');
    if (menu) { menu.open = false; menu.querySelector('summary')?.focus(); }
  });

  // The sentence after saving.
  on('click', '[data-dismiss]', hit => hit.closest('[data-flash]')?.remove());

  // Lists send themselves when a filter changes; the search box after a pause.
  on('change', 'form[data-auto-submit] select', hit => hit.form.requestSubmit());
  let pause;
  on('input', 'form[data-auto-submit] input[type=search]', hit => { clearTimeout(pause); pause = setTimeout(() => hit.form.requestSubmit(), 350); });
  // Empty fields stay out of the address.
  document.addEventListener('htmx:configRequest', e => {
    if (e.detail.verb === 'get') for (const [key, value] of [...e.detail.formData.entries()]) if (value === '') e.detail.formData.delete(key);
    const t = token();
    if (t && e.detail.verb !== 'get') e.detail.headers.RequestVerificationToken = t;
  });
  document.addEventListener('submit', e => {
    if (!e.target.matches('form[data-auto-submit]')) return;
    for (const field of e.target.elements) if (field.name && field.value === '') { field.disabled = true; setTimeout(() => { field.disabled = false; }); }
  });

  // A list is found again as it was left: this tab keeps its search, filters and page, and ways back to the list carry them.
  const listKey = path => 'isms-list:' + path;
  window.addEventListener('pagehide', () => { if (document.querySelector('.list-bar')) sessionStorage.setItem(listKey(location.pathname), location.search); });
  for (const link of document.querySelectorAll('a.page-up, .form-actions a.btn-link')) {
    const kept = new URLSearchParams(sessionStorage.getItem(listKey(link.pathname)) ?? ''), own = [...new URLSearchParams(link.search)];
    if (kept.size === 0 || own.some(([key, value]) => kept.has(key) && kept.get(key) !== value)) continue;
    for (const [key, value] of own) kept.set(key, value);
    link.search = kept;
  }
  // Whoever comes after does not find what was searched for.
  if (location.pathname === '/sign-in') sessionStorage.clear();
  for (const field of document.querySelectorAll('input[data-list-state]')) field.value = sessionStorage.getItem(listKey(field.dataset.listState)) ?? '';

  // A question before what destroys.
  const ask = (text, yes) => {
    const dialog = document.createElement('dialog');
    dialog.className = 'confirm';
    const p = document.createElement('p');
    p.textContent = text;
    const bar = document.createElement('div');
    bar.className = 'confirm-bar';
    const words = document.body.dataset;
    const button = (label, css, act) => { const b = document.createElement('button'); b.type = 'button'; b.className = 'btn ' + css; b.textContent = label; b.addEventListener('click', () => { dialog.close(); act?.(); }); bar.append(b); return b; };
    const no = button(words.cancel ?? 'Cancel', '', null);
    button(words.continue ?? 'Continue', 'btn-danger', yes);
    dialog.append(p, bar);
    dialog.setAttribute('aria-label', text);
    dialog.addEventListener('close', () => dialog.remove());
    document.body.append(dialog);
    dialog.showModal();
    no.focus();
  };
  document.addEventListener('submit', e => {
    const source = e.submitter?.dataset.confirm ? e.submitter : e.target.dataset.confirm ? e.target : null;
    if (!source || e.target.dataset.confirmed) return;
    e.preventDefault();
    e.stopImmediatePropagation();
    ask(source.dataset.confirm, () => { e.target.dataset.confirmed = '1'; e.target.requestSubmit(e.submitter); delete e.target.dataset.confirmed; });
  }, true);
  document.addEventListener('click', e => {
    const link = e.target.closest('a[data-confirm]');
    if (!link) return;
    e.preventDefault();
    ask(link.dataset.confirm, () => { location.href = link.href; });
  });
  document.addEventListener('htmx:confirm', e => {
    if (!e.detail.question) return;
    e.preventDefault();
    ask(e.detail.question, () => e.detail.issueRequest(true));
  });

  // What was typed is not lost by a click.
  const form = () => [...document.querySelectorAll('form[method=post]')].find(f => f.dataset.changed);
  document.addEventListener('input', e => { const f = e.target.form; if (f?.method === 'post' && !f.hasAttribute('data-no-guard') && !e.target.matches('[type=search]')) f.dataset.changed = '1'; });
  document.addEventListener('submit', e => { delete e.target.dataset.changed; for (const f of document.querySelectorAll('form[data-changed]')) delete f.dataset.changed; });
  window.addEventListener('beforeunload', e => { if (form()) e.preventDefault(); });

  // Twice clicked, once sent.
  document.addEventListener('submit', e => {
    if (e.target.method !== 'post' || e.defaultPrevented) return;
    const form = e.target;
    setTimeout(() => { for (const b of form.querySelectorAll('button')) b.setAttribute('aria-disabled', 'true'); form.classList.add('is-sending'); });
    // A download leaves the page as it is.
    setTimeout(() => awake(form), 4000);
  });
  const awake = form => { form.classList.remove('is-sending'); for (const b of form.querySelectorAll('button[aria-disabled]')) b.removeAttribute('aria-disabled'); };
  window.addEventListener('pageshow', () => { for (const form of document.querySelectorAll('form.is-sending')) awake(form); });
  document.addEventListener('htmx:afterRequest', e => { const form = e.target.closest?.('form'); if (form) awake(form); });

  // A link to hand over is selected as a whole.
  document.addEventListener('focusin', e => { if (e.target.matches('input[data-copy]')) e.target.select(); });

  // On a phone the rows of a table become cards, whose cells carry the heading of their column.
  const label = scope => {
    for (const table of scope.querySelectorAll('.table-responsive:not([role=region]) > table:not(.coverage-table):not(.is-labelled)')) {
      table.classList.add('is-labelled');
      const heads = [...table.querySelectorAll(':scope > thead > tr:last-child > th')].map(h => h.innerText.trim());
      for (const row of table.querySelectorAll(':scope > tbody > tr')) if (row.cells.length === heads.length) [...row.cells].forEach((cell, i) => { if (cell.tagName === 'TD' && !cell.dataset.label && heads[i]) cell.dataset.label = heads[i]; });
    }
  };

  // Long lists of boxes get a search box.
  const dress = scope => {
    for (const list of scope.querySelectorAll('.check-list[data-filter]:not(.is-dressed)')) {
      list.classList.add('is-dressed');
      const box = document.createElement('input');
      box.type = 'search';
      box.className = 'form-control form-control-sm check-list-filter';
      box.placeholder = list.dataset.filter;
      box.setAttribute('aria-label', list.dataset.filter);
      box.addEventListener('input', e => {
        e.stopPropagation();
        const wanted = box.value.trim().toLowerCase();
        for (const item of list.querySelectorAll('.form-check')) item.hidden = wanted !== '' && !item.textContent.toLowerCase().includes(wanted) && !item.querySelector('input').checked;
      });
      list.prepend(box);
    }
  };

  // Parts of a form that belong to one option only: data-option names the options, the radio named …Option is the choice.
  const options = scope => {
    for (const form of scope.querySelectorAll('form:has([data-option])')) {
      const chosen = form.querySelector('input[name$=".Option"]:checked')?.value;
      for (const part of form.querySelectorAll('[data-option]')) part.hidden = !chosen || !part.dataset.option.split(' ').includes(chosen);
    }
  };
  on('change', 'input[name$=".Option"]', () => options(document));

  // What takes longer says so.
  document.addEventListener('submit', e => {
    if (!e.target.dataset.busy || e.defaultPrevented) return;
    const line = document.createElement('p');
    line.className = 'busy-line';
    line.setAttribute('role', 'status');
    line.textContent = e.target.dataset.busy;
    setTimeout(() => { if (!e.defaultPrevented) e.target.append(line); });
  });
  window.addEventListener('pageshow', () => { for (const line of document.querySelectorAll('.busy-line')) line.remove(); });

  // An answer that is a whole page (an error, the end of a session) takes the place of the page, not of the part that was asked for.
  document.addEventListener('htmx:beforeSwap', e => {
    const { xhr } = e.detail;
    if (!/^\s*<!doctype html/i.test(xhr.responseText)) return;
    if (xhr.responseURL && new URL(xhr.responseURL).pathname === '/sign-in') { e.detail.shouldSwap = false; location.assign(xhr.responseURL); return; }
    e.detail.target = document.querySelector('#main');
    e.detail.selectOverride = '#main';
    e.detail.swapOverride = 'outerHTML';
    e.detail.shouldSwap = true;
  });

  // What is chosen in a part that is being drawn anew is not overwritten by the answer to what was chosen before.
  on('change', '[hx-sync="this:replace"]', part => window.htmx?.trigger(part, 'htmx:abort'));

  // Refusals and new parts get the focus.
  const focus = scope => { const target = scope.querySelector('[data-focus]'); if (target) { target.focus(); target.scrollIntoView({ block: 'center' }); return true; } return false; };
  document.addEventListener('htmx:afterSettle', e => { dress(document); label(document); options(document); if (e.target instanceof Element) focus(e.target); });
  dress(document);
  label(document);
  options(document);
  focus(document);
  root.classList.add('is-ready');
})();
