-- The sessions of a channel, by their public ids. ARGV: channel, the id before the first, most. Returns members.
local page = {}
for _, client in ipairs(call('ZRANGEBYLEX', P .. 'c:' .. ARGV[1], '(' .. ARGV[2], '+', 'LIMIT', 0, ARGV[3])) do
  page[#page + 1] = shown(session(client))
end
return page
