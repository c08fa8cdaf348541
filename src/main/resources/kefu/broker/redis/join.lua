-- Lists a session, and publishes the push. ARGV: client, group, agent, protocol version, name, member, node, incarnation,
-- connected (1), generation, hash of the ticket, state, cost and entry of the push. Returns: see listed(); nothing where
-- the agent has too many sessions in the group.
local no = refused(ARGV[8])
if no then
  return no
end
local group = 'g:' .. ARGV[2]
local s = session(ARGV[1])
if (not s or s.group ~= ARGV[2]) and agent_sessions(ARGV[2], ARGV[3]) >= AGENT_SESSIONS then
  return {}
end
if s and s.group ~= ARGV[2] then
  unlist(s)
  s = nil
end
if s then
  if not is_newer(s, tonumber(ARGV[10]), ARGV[9]) then
    s.version, s.name, s.member, s.node, s.generation = ARGV[4], ARGV[5], ARGV[6], ARGV[7], tonumber(ARGV[10])
    connect(s, ARGV[9], ARGV[8])
    save_session(s)
  end
else
  s = {
    client = ARGV[1], group = ARGV[2], uid = ARGV[3], version = ARGV[4], name = ARGV[5], member = ARGV[6], node = ARGV[7],
    owner = ARGV[8], connected = ARGV[9], generation = tonumber(ARGV[10]), hash = ARGV[11], attempt = '', data = '{}',
    revision = 0, place = call('INCR', P .. 'seq'), deadline = 0, status = ARGV[12]
  }
  save_session(s)
  for _, ch in ipairs(channels(s)) do
    add(s, ch)
  end
  if s.hash ~= '' then
    call('SET', P .. 'h:' .. s.hash, s.client)
  end
  call('SADD', P .. 'n:' .. s.owner, s.client)
  count_agent(s, 1)
end
local m = channel(group)
append(m, tonumber(ARGV[13]), ARGV[14])
return listed(s, m)
