-- Gives a session to a new connection. ARGV: group, hash of the ticket, attempt, node, incarnation.
-- Returns: see record(); nothing where it has ended, or there was a later attempt.
local no = refused(ARGV[5])
if no then
  return no
end
local client = call('GET', P .. 'h:' .. ARGV[2])
local s = client and session(client)
if not s or s.group ~= ARGV[1] then
  return {}
end
-- digits are compared as text: an attempt may have more of them than a number of Lua holds
if #s.attempt > #ARGV[3] or (#s.attempt == #ARGV[3] and s.attempt >= ARGV[3]) then
  return {}
end
s.attempt = ARGV[3]
s.node = ARGV[4]
s.generation = s.generation + 1
connect(s, '1', ARGV[5])
save_session(s)
return record(s)
