-- The list of a session's group. ARGV: group, client. Returns: see listed(); nothing where the session is not listed there.
local s = session(ARGV[2])
if not s or s.group ~= ARGV[1] then
  return {}
end
return listed(s, channel('g:' .. s.group))
