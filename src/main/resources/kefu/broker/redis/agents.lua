-- The agents listed in a group, by their ids. ARGV: group, the id before the first, most; or group and one id.
-- Returns for each: version, sessions, member.
local page = {}
local uids = #ARGV == 2 and {ARGV[2]}
  or call('ZRANGEBYLEX', P .. 'a:' .. ARGV[1], '(' .. ARGV[2], '+', 'LIMIT', 0, ARGV[3])
for _, uid in ipairs(uids) do
  local agent = call('HGET', P .. 'v:' .. ARGV[1], uid)
  if agent then
    page[#page + 1] = agent
  end
end
return page
