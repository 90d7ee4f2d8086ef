#!/usr/bin/env bash
# Expected: notifications.update({ id, ... }) says whether it found the notification, so that `update(...) || show(...)` shows it.
# Happens:  @mantine/notifications 9.7.3 returns the id in any case and shows nothing when no notification has it. show() is the
#           other half: with an id that is visible already it changes nothing, and returns the id as well.
# Matters:  "replace the message with this id, or show it" has no call of its own. Written with either of the two, a message is
#           silently lost: with update() the first one, with show() all later ones.
# Remedy:   look for the id in the state of the store first. notifications.promise does the right thing inside.
set -euo pipefail
cd "$(mktemp -d)"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund @mantine/notifications@9.7.3 @mantine/core@9.7.3 @mantine/hooks@9.7.3 react@19.3.1 react-dom@19.3.1
cat > look.cjs <<'JS'
const assert = require('node:assert/strict');
const { createNotificationsStore, notifications } = require('@mantine/notifications');

const store = createNotificationsStore();
const shown = () => store.getState().notifications.map(({ message }) => message);
const answer = notifications.update({ id: 'copied', message: 'first' }, store);
console.log('update of nothing returns', answer, 'and shows', shown());
assert.equal(answer, 'copied');
assert.deepEqual(shown(), []);
notifications.show({ id: 'copied', message: 'second' }, store);
const again = notifications.show({ id: 'copied', message: 'third' }, store);
console.log('show of the same id returns', again, 'and shows', shown());
assert.equal(again, 'copied');
assert.deepEqual(shown(), ['second']);
JS
node look.cjs
