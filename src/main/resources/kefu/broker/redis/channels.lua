-- What all scripts share about channels. KEYS[1] is the beginning of every key; the package's description has the keys.
-- Java puts the settings and the clock before this text: MAX_ENTRIES, MAX_BYTES, TOTAL_BYTES, RETENTION, MAX_IDLE, ID_TIME, NOW.
local P = KEYS[1]
local call = redis.call

-- Another run of the server may have lost what it had confirmed: then an epoch ends, since its offsets may come again.
local run_id
local function run()
  if not run_id then
    run_id = string.match(call('INFO', 'server'), 'run_id:(%x%x%x%x%x%x%x%x)')
  end
  return run_id
end

local function save(m)
  call('HSET', P .. 'm:' .. m.ch, 'e', m.epoch, 't', m.top, 'f', m.first, 'b', m.bytes, 's', m.said, 'l', m.left,
    'w', m.entered, 'x', m.expects)
end

-- Drops all that a stream keeps.
local function clear(m)
  call('DEL', P .. 'd:' .. m.ch, P .. 'z:' .. m.ch)
  call('ZREM', P .. 'oldest', m.ch)
  call('DECRBY', P .. 'total', m.bytes)
  m.first = m.top + 1
  m.bytes = 0
end

-- A channel as it is kept. Without an epoch it is not there yet.
local function stored(ch)
  local v = call('HMGET', P .. 'm:' .. ch, 'e', 't', 'f', 'b', 's', 'l', 'w', 'x')
  return {
    ch = ch, epoch = v[1], top = tonumber(v[2] or 0), first = tonumber(v[3] or 1), bytes = tonumber(v[4] or 0),
    said = tonumber(v[5] or NOW), left = tonumber(v[6] or NOW), entered = v[7] or '0', expects = v[8] or '0'
  }
end

-- A channel with an epoch of this run. It is made where there is none.
local function channel(ch)
  local m = stored(ch)
  if not m.epoch or string.sub(m.epoch, 1, 8) ~= run() then
    clear(m)
    m.epoch = run() .. '-' .. call('INCR', P .. 'epochs')
    m.top = 0
    m.first = 1
    save(m)
    call('ZADD', P .. 'times', NOW + RETENTION, ch)
  end
  return m
end

-- Drops the first entry of a stream that has one.
local function drop_first(m)
  local bytes = tonumber(string.match(call('LPOP', P .. 'z:' .. m.ch), ' (%d+)$'))
  call('LPOP', P .. 'd:' .. m.ch)
  call('DECRBY', P .. 'total', bytes)
  m.bytes = m.bytes - bytes
  m.first = m.first + 1
  if m.first > m.top then
    clear(m)
  else
    call('ZADD', P .. 'oldest', string.match(call('LINDEX', P .. 'z:' .. m.ch, 0), '^%d+'), m.ch)
  end
end

-- Gives a publication the next offset, keeps it within the bounds, and tells the nodes. Returns whether it is kept.
local function append(m, cost, entry)
  local seq = call('INCR', P .. 'seq')
  m.top = m.top + 1
  m.said = NOW
  m.bytes = m.bytes + cost
  call('RPUSH', P .. 'd:' .. m.ch, entry)
  call('RPUSH', P .. 'z:' .. m.ch, seq .. ' ' .. cost)
  if m.first == m.top then
    call('ZADD', P .. 'oldest', seq, m.ch)
    call('ZADD', P .. 'times', NOW + RETENTION, m.ch) -- whoever looks then finds out how much later it is due
  end
  local total = call('INCRBY', P .. 'total', cost)
  while m.first <= m.top and (m.top - m.first + 1 > MAX_ENTRIES or m.bytes > MAX_BYTES) do
    drop_first(m)
    total = tonumber(call('GET', P .. 'total'))
  end
  while total > TOTAL_BYTES do
    local oldest = call('ZRANGE', P .. 'oldest', 0, 0)[1]
    if oldest == m.ch then
      drop_first(m)
    else
      local other = stored(oldest)
      drop_first(other)
      call('HSET', P .. 'm:' .. oldest, 'f', other.first, 'b', other.bytes)
    end
    total = tonumber(call('GET', P .. 'total'))
  end
  call('HSET', P .. 'm:' .. m.ch, 't', m.top, 'f', m.first, 'b', m.bytes, 's', m.said)
  call('PUBLISH', P .. 'd:' .. m.ch, m.epoch .. ' ' .. m.top .. '\n' .. entry)
  return m.first <= m.top
end

local function forget(m)
  clear(m)
  call('DEL', P .. 'm:' .. m.ch)
  call('ZREM', P .. 'idle', m.ch)
  call('ZREM', P .. 'times', m.ch)
end

local function has_sessions(ch)
  return call('EXISTS', P .. 'c:' .. ch) == 1
end

-- Puts a channel where it belongs: among those that have a session, or among those that have none, of which the one used
-- longest ago goes when there are too many. To be called when something of that may have changed.
local function settle(m)
  local some = has_sessions(m.ch)
  local kind = string.sub(m.ch, 1, 2)
  local index = kind == 'g:' and 'groups' or kind == 'u:' and 'agents'
  if index and some then
    call('ZADD', P .. index, 0, string.sub(m.ch, 3))
  elseif index then
    call('ZREM', P .. index, string.sub(m.ch, 3))
  end
  if some or m.expects == '1' then
    call('ZREM', P .. 'idle', m.ch)
  elseif m.top == 0 and (m.entered == '0' or kind == 'c:') then
    forget(m) -- nobody can come back to it with a position
  else
    call('ZADD', P .. 'idle', call('INCR', P .. 'seq'), m.ch)
    if call('ZCARD', P .. 'idle') > MAX_IDLE then
      forget(stored(call('ZRANGE', P .. 'idle', 0, 0)[1]))
    end
  end
end
