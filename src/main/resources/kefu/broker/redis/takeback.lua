-- Gives a session of v1 without a connection to a login. ARGV: group, agent, name, node, incarnation, the login's connection.
-- Returns: see record(); nothing where there is none.
local no = refused(ARGV[5])
if no then
  return no
end
local first
for _, client in ipairs(call('ZRANGE', P .. 'c:u:' .. ARGV[2], 0, -1)) do
  local s = session(client)
  if s.group == ARGV[1] and s.uid == ARGV[2] and s.version == 'V1' and s.connected == '0' and s.name == ARGV[3]
    and (not first or tonumber(s.place) < tonumber(first.place)) then
    first = s
  end
end
if not first then
  return {}
end
first.node = ARGV[4]
first.generation = first.generation + 1
connect(first, '1', ARGV[5])
save_session(first)
call('HSET', P .. 's:' .. first.client, 'b', ARGV[6])
return record(first)
