-- Where channels are. ARGV: channels. Returns for each: epoch and offset, '' and 0 where there is no such channel.
local all = {}
for _, ch in ipairs(ARGV) do
  local v = call('HMGET', P .. 'm:' .. ch, 'e', 't') -- no more: each node asks for all its channels every 30 s
  all[#all + 1] = v[1] or ''
  all[#all + 1] = tonumber(v[2] or 0)
end
return all
