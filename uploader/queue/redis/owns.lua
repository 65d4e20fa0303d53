-- Says whether a job has an item, as far as can be known. ARGV: id. Answers 1 or 0.
local k = keysOf(0)
local id, state = unpack(redis.call('HMGET', k.job, 'id', 'state'))
if not id or state == 'gone' then return 0 end
if id == ARGV[1] or state ~= 'open' then return 1 end
return redis.call('HEXISTS', k.ids, ARGV[1])
