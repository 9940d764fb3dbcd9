'use strict';

// The page follows one campaign by its event stream. The API key stays in this tab's memory.

const $ = id => document.getElementById(id);
const number = n => Number(n || 0).toLocaleString('en');
const LEDGER = ['suppressed', 'waiting', 'in_flight', 'accepted', 'failed', 'unknown', 'expired', 'cancelled'];
const COLOUR = { accepted: 'accepted', failed: 'failed', in_flight: 'flight', unknown: 'other', suppressed: 'other',
  expired: 'other', cancelled: 'other' };
const ENDED = ['completed', 'cancelled', 'failed'];

let key = '';
let current = null;
let rates = [];

async function api(path, options = {}) {
  const response = await fetch(path, { ...options, headers: { 'X-API-Key': key } });
  if (!response.ok) {
    const problem = await response.json().catch(() => ({}));
    throw new Error(problem.detail || `HTTP ${response.status}`);
  }
  return response;
}

function notice(text) {
  $('notice').textContent = text;
  $('notice').hidden = !text;
}

function rows(table, entries) {
  const body = table.tBodies[0];
  body.replaceChildren(...entries.map(([label, value, colour, strong]) => {
    const row = document.createElement('tr');
    if (strong) row.className = 'sum';
    const name = row.insertCell();
    if (colour) {
      const swatch = document.createElement('span');
      swatch.className = `swatch ${colour}`;
      name.append(swatch);
    }
    name.append(label.replace('_', ' '));
    row.insertCell().textContent = value;
    return row;
  }));
}

function draw(stats) {
  const ledger = stats.ledger;
  const targeted = Math.max(1, ledger.targeted);
  const done = ledger.targeted - ledger.waiting - ledger.in_flight;
  const other = ledger.suppressed + ledger.unknown + ledger.expired + ledger.cancelled;
  const parts = { accepted: ledger.accepted, failed: ledger.failed, other, in_flight: ledger.in_flight };
  for (const part of $('bar').children) {
    part.style.width = `${100 * parts[part.dataset.part] / targeted}%`;
  }
  $('bar').setAttribute('aria-valuenow', Math.floor(100 * done / targeted));
  $('status').textContent = stats.status;
  $('status').className = `status ${stats.status}`;
  $('done').textContent = `${number(done)} of ${number(ledger.targeted)}`;
  const eta = stats.eta_seconds === null ? '' : `, ${number(stats.eta_seconds)} s to go`;
  $('pace').textContent = ENDED.includes(stats.status) ? '' : `${number(Math.round(stats.rate_per_second))}/s${eta}`;
  rows($('ledger'), [
    ['targeted', number(ledger.targeted), null, true],
    ...LEDGER.map(place => [place, number(ledger[place]), COLOUR[place]]),
    ['balanced', ledger.balanced ? 'yes' : 'NO', null, true],
  ]);
  rows($('receipts'), ['delivered', 'undelivered', 'read', 'fallback', 'segments'].map(c => [c, number(stats[c])]));
  rates.push(stats.rate_per_second);
  chart();
}

function chart() {
  const shown = rates.slice(-300);
  const peak = Math.max(1, ...shown);
  const step = 300 / Math.max(1, shown.length - 1);
  const line = shown.map((r, i) => `${i ? 'L' : 'M'}${(i * step).toFixed(1)} ${(96 - 92 * r / peak).toFixed(1)}`).join('');
  const path = document.createElementNS('http://www.w3.org/2000/svg', 'path');
  path.setAttribute('d', line);
  $('chart').replaceChildren(path);
  $('peak').textContent = `peak ${number(Math.round(peak))}/s`;
  $('now').textContent = `now ${number(Math.round(shown.at(-1) || 0))}/s`;
}

async function why(id) {
  const answer = await (await api(`/api/v1/campaigns/${id}/why`)).json();
  $('why').replaceChildren(...answer.reasons.map(reason => {
    const item = document.createElement('li');
    item.textContent = reason.detail + (reason.messages ? ` (${number(reason.messages)})` : '');
    return item;
  }));
}

async function follow(id) {
  const stop = new AbortController();
  if (current) current.abort();
  current = stop;
  rates = [];
  const campaign = await (await api(`/api/v1/campaigns/${id}`)).json();
  $('name').textContent = campaign.name;
  document.querySelector('main').hidden = false;
  notice('');
  while (!stop.signal.aborted) {
    try {
      const stream = (await api(`/api/v1/campaigns/${id}/events`, { signal: stop.signal })).body
        .pipeThrough(new TextDecoderStream()).getReader();
      let text = '';
      let ended = false;
      for (let chunk = await stream.read(); !chunk.done; chunk = await stream.read()) {
        text += chunk.value;
        const events = text.split('\n\n');
        text = events.pop();
        for (const event of events) {
          const data = event.split('\n').find(line => line.startsWith('data: '));
          if (data) {
            const stats = JSON.parse(data.slice(6));
            draw(stats);
            ended = ENDED.includes(stats.status);
          }
        }
        notice('');
        await why(id);
      }
      if (ended) {
        await receipts(id, stop.signal);
        return;
      }
    } catch (error) {
      if (stop.signal.aborted) return;
      notice(`Waiting for Herald: ${error.message}`);
    }
    await new Promise(resolve => setTimeout(resolve, 1000));
  }
}

// The books are closed; receipts of the last messages still come in.
async function receipts(id, signal) {
  for (let i = 0; i < 30 && !signal.aborted; i++) {
    await new Promise(resolve => setTimeout(resolve, 2000));
    draw(await (await api(`/api/v1/campaigns/${id}/stats`)).json());
  }
}

async function list(preferred) {
  const page = await (await api('/api/v1/campaigns?limit=50')).json();
  const select = $('campaign');
  select.replaceChildren(...page.items.map(c => new Option(`${c.name} (${c.status})`, c.id)));
  document.querySelector('.pick').hidden = false;
  if (!page.items.length) {
    notice('This tenant has no campaigns yet.');
    return;
  }
  select.value = preferred || page.items[0].id;
  follow(select.value).catch(error => notice(error.message));
}

$('campaign').addEventListener('change', event => follow(event.target.value).catch(error => notice(error.message)));
$('access').addEventListener('submit', event => {
  event.preventDefault();
  key = $('key').value.trim();
  list().catch(error => notice(error.message));
});

(async () => {
  // A demo says what to show; any other installation asks for a key.
  for (let tries = 0; ; tries++) {
    const demo = await fetch('/demo').catch(() => null);
    if (demo && demo.ok) {
      const shown = await demo.json();
      key = shown.api_key;
      await list(shown.campaign_id).catch(error => notice(error.message));
      return;
    }
    const settled = tries > 0 || !['localhost', '127.0.0.1'].includes(location.hostname);
    if (settled) break;
    await new Promise(resolve => setTimeout(resolve, 500));
  }
  $('access').hidden = false;
  notice('Enter an API key of a tenant to follow its campaigns.');
})();
