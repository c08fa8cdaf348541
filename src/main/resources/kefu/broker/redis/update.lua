-- Says how a session is now. ARGV: client, group, protocol version, name, member, node, incarnation, connected (1),
-- generation, milliseconds to come back. An older member changes nothing.
local s = session(ARGV[1])
if s and s.group == ARGV[2] and not is_newer(s, tonumber(ARGV[9]), ARGV[8]) then
  s.version, s.name, s.member, s.node, s.generation = ARGV[3], ARGV[4], ARGV[5], ARGV[6], tonumber(ARGV[9])
  if ARGV[8] == '1' then
    connect(s, '1', ARGV[7])
  else
    detach(s, tonumber(ARGV[10]))
  end
  save_session(s)
end
return {}
