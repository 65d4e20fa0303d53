-- Takes back what was spent under an id. KEYS: as spend.lua's. ARGV: id.
local under = tonumber(redis.call('HGET', KEYS[1], ARGV[1]) or 0)
if under > 0 then
  redis.call('HDEL', KEYS[1], ARGV[1])
  redis.call('HINCRBY', KEYS[1], '', -under)
end
return under
