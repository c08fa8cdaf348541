-- What all scripts share about sessions.

-- A session's record; nil where there is none.
local function session(client)
  local v = call('HMGET', P .. 's:' .. client, 'g', 'u', 'v', 'n', 'm', 'o', 'w', 'c', 'e', 'h', 'a', 'd', 'r', 'q', 'x', 'y')
  if not v[1] then
    return nil
  end
  return {
    client = client, group = v[1], uid = v[2], version = v[3], name = v[4], member = v[5], node = v[6], owner = v[7],
    connected = v[8], generation = tonumber(v[9]), hash = v[10], attempt = v[11], data = v[12], revision = tonumber(v[13]),
    place = v[14], deadline = tonumber(v[15]), status = v[16]
  }
end

-- A member as Java reads it.
local function shown(s)
  return s.place .. '\n' .. s.connected .. '\n' .. s.generation .. '\n' .. s.node .. '\n' .. s.status .. '\n' .. s.member
end

local function joined(s)
  return call('SMEMBERS', P .. 'j:' .. s.client)
end

-- A record as Java reads it.
local function record(s)
  return {shown(s), s.hash, s.attempt, s.data, s.revision, joined(s), s.owner}
end

local function save_session(s)
  call('HSET', P .. 's:' .. s.client, 'g', s.group, 'u', s.uid, 'v', s.version, 'n', s.name, 'm', s.member, 'o', s.node,
    'w', s.owner, 'c', s.connected, 'e', s.generation, 'h', s.hash, 'a', s.attempt, 'd', s.data, 'r', s.revision,
    'q', s.place, 'x', s.deadline, 'y', s.status)
  call('HSET', P .. 'l:' .. s.group, s.client, shown(s))
end

-- The channels of a session, its group's first.
local function channels(s)
  local all = joined(s)
  for _, own in ipairs({'c:' .. s.client, 'u:' .. s.uid, 'all', 'g:' .. s.group}) do
    table.insert(all, 1, own)
  end
  return all
end

-- Puts a session into a channel.
local function add(s, ch)
  local m = channel(ch)
  call('ZADD', P .. 'c:' .. ch, 0, s.client)
  call('HINCRBY', P .. 'm:' .. ch, 'n', s.connected)
  m.entered = '1'
  m.expects = '0'
  save(m)
  settle(m)
end

-- Takes a session out of a channel.
local function remove(s, ch)
  if call('ZREM', P .. 'c:' .. ch, s.client) == 1 then
    local m = stored(ch)
    call('HINCRBY', P .. 'm:' .. ch, 'n', 0 - s.connected)
    m.left = NOW
    save(m)
    if not has_sessions(ch) then
      call('ZADD', P .. 'times', NOW + RETENTION, ch)
    end
    settle(m)
  end
end

-- Changes whether a session has a connection, and whose it is. The record is to be saved after it.
local function connect(s, connected, owner)
  if s.connected ~= connected then
    for _, ch in ipairs(channels(s)) do
      call('HINCRBY', P .. 'm:' .. ch, 'n', connected - s.connected)
    end
    s.connected = connected
  end
  if s.owner ~= owner then
    call('SREM', P .. 'n:' .. s.owner, s.client)
    call('PUBLISH', P .. 'n:' .. s.owner, s.client .. '\n')
    s.owner = owner
  end
  if connected == '1' then
    call('ZREM', P .. 'grace', s.client)
    call('SREM', P .. 'replaced', s.client)
    call('SADD', P .. 'n:' .. owner, s.client)
  end
end

-- Tells the node that has a session's connection that its record is another one now, unless that node has changed it.
-- ends: empty, or the offset up to which the session hears its own channel before it ends.
local function tell_owner(s, node, ends)
  if s.owner ~= node then
    call('PUBLISH', P .. 'n:' .. s.owner, s.client .. '\n' .. ends)
  end
end

-- What a step of a node comes to that nobody counts among the living: what it connects, nobody would ever detach. Nil: it is counted.
local function refused(node)
  if not call('ZSCORE', P .. 'nodes', node) then
    return redis.error_reply('NONODE this node is not among the living')
  end
end

-- Whether a session's record is newer than a member that comes.
local function is_newer(s, generation, connected)
  return s.generation > generation or (s.generation == generation and s.connected == '0' and connected == '1')
end

local function next_version()
  local version = math.max(tonumber(call('GET', P .. 'version') or 0) + 1, NOW)
  call('SET', P .. 'version', version)
  return version
end

-- Drops a change from the outbox.
local function drop_change(change)
  call('ZREM', P .. 'outbox', change)
  return call('DECRBY', P .. 'outbox-bytes', #change)
end

-- An agent came (1) or went (0): the change waits in the outbox until the watcher is done with it. Returns its version.
local function changed(s, came)
  local version = next_version()
  if MAX_CHANGES == 0 then
    return version
  end
  local change = came .. ' ' .. version .. ' ' .. s.member
  call('ZADD', P .. 'outbox', version, change)
  local bytes = call('INCRBY', P .. 'outbox-bytes', #change)
  local count = call('ZCARD', P .. 'outbox')
  while count > MAX_CHANGES or (count > 1 and bytes > MAX_CHANGE_BYTES) do
    local oldest = call('ZRANGE', P .. 'outbox', 0, 0, 'WITHSCORES')
    call('SET', P .. 'outbox-dropped', oldest[2])
    bytes = drop_change(oldest[1])
    count = count - 1
  end
  local relay = call('GET', P .. 'relay')
  if relay then
    call('PUBLISH', P .. 'n:' .. string.match(relay, '^%S+'), '')
  end
  return version
end

-- How many sessions an agent has in a group.
local function agent_sessions(group, uid)
  return tonumber(string.match(call('HGET', P .. 'v:' .. group, uid) or '', '^%d+ (%d+)') or 0)
end

-- One session more of an agent in a group, or one less.
local function count_agent(s, more)
  local agents = P .. 'v:' .. s.group
  local version, count, member = string.match(call('HGET', agents, s.uid) or '', '^(%d+) (%d+) (.*)$')
  if not version and more > 0 then
    call('HSET', agents, s.uid, changed(s, 1) .. ' 1 ' .. s.member)
    call('ZADD', P .. 'a:' .. s.group, 0, s.uid)
  elseif version and tonumber(count) + more == 0 then
    call('HDEL', agents, s.uid)
    call('ZREM', P .. 'a:' .. s.group, s.uid)
    changed(s, 0)
  elseif version then
    call('HSET', agents, s.uid, version .. ' ' .. (count + more) .. ' ' .. member)
  end
end

-- Takes a session off its group's list and out of its channels.
local function unlist(s)
  for _, ch in ipairs(channels(s)) do
    remove(s, ch)
  end
  call('DEL', P .. 's:' .. s.client, P .. 'j:' .. s.client)
  call('HDEL', P .. 'l:' .. s.group, s.client)
  call('ZREM', P .. 'grace', s.client)
  call('SREM', P .. 'replaced', s.client)
  call('SREM', P .. 'n:' .. s.owner, s.client)
  if s.hash ~= '' then
    call('DEL', P .. 'h:' .. s.hash)
  end
  count_agent(s, -1)
end

-- A session has lost its connection, and may come back within the grace.
local function detach(s, grace)
  connect(s, '0', s.owner)
  s.deadline = NOW + grace
  call('ZADD', P .. 'grace', s.deadline, s.client)
  call('SREM', P .. 'n:' .. s.owner, s.client)
end

-- What a join and a look at the list give.
local function listed(s, m)
  return {m.epoch, m.top, record(s), call('HVALS', P .. 'l:' .. s.group)}
end
