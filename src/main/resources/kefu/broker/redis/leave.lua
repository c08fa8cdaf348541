-- Takes a session off its group's list, and publishes the push there. ARGV: client, group, incarnation, only if its grace has
-- ended (1), cost and entry of the push. Returns: ended (1); nothing where it is not listed.
local s = session(ARGV[1])
if not s or s.group ~= ARGV[2] or (ARGV[4] == '1' and (s.connected == '1' or NOW < s.deadline)) then
  return {}
end
local push = ARGV[6]
if call('SISMEMBER', P .. 'replaced', s.client) == 1 then -- by version 1 the agent would go, who is there
  push = string.gsub(push, '^1\n', '1[null,[],[],true]\n')
end
local heard = stored('c:' .. s.client).top
unlist(s)
tell_owner(s, ARGV[3], heard)
local m = channel('g:' .. s.group)
append(m, tonumber(ARGV[5]), push)
if not has_sessions(m.ch) then
  settle(m)
end
return {1}
