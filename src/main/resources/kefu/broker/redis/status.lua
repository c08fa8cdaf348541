-- Sets the state of a session, and publishes the push where it had another one. ARGV: client, group, connected (1), generation,
-- state, cost and entry of the push. Returns: see record(); nothing where it is not listed, or the member is older.
local s = session(ARGV[1])
if not s or s.group ~= ARGV[2] or is_newer(s, tonumber(ARGV[4]), ARGV[3]) then
  return {}
end
if s.status ~= ARGV[5] then
  s.status = ARGV[5]
  save_session(s)
  append(channel('g:' .. s.group), tonumber(ARGV[6]), ARGV[7])
end
return record(s)
