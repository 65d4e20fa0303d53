-- Counts a spending. KEYS: the hash of a name and day: id to number, and the sum under "". ARGV: id, number, most,
-- and the life of the hash (seconds).
-- Answers: 1 if it is counted and 0 if it is more than is left, and the sum.
local total = tonumber(redis.call('HGET', KEYS[1], '') or 0)
local more = math.max(0, tonumber(ARGV[2]) - tonumber(redis.call('HGET', KEYS[1], ARGV[1]) or 0))
if more > 0 and total + more > tonumber(ARGV[3]) then return {0, total} end
redis.call('HINCRBY', KEYS[1], '', more)
if more > 0 then redis.call('HINCRBY', KEYS[1], ARGV[1], more) end
redis.call('EXPIRE', KEYS[1], ARGV[4])
return {1, total + more}
