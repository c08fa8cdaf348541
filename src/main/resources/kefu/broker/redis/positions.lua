-- Where channels are. ARGV: channels. Returns for each: epoch and offset, '' and 0 where there is no such channel.
local all = {}
for _, ch in ipairs(ARGV) do
  local m = stored(ch)
  all[#all + 1] = m.epoch or ''
  all[#all + 1] = m.top
end
return all
