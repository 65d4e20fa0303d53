-- Says at which index of a job an item is. ARGV: its id. Answers nothing where it is not.
local k = keysOf(0)
local id, state = unpack(redis.call('HMGET', k.job, 'id', 'state'))
if not id or state == 'gone' then return false end
local index = redis.call('HGET', k.ids, ARGV[1])
-- What follows a job has no such table.
if not index and id == ARGV[1] and redis.call('HLEN', k.ids) == 0 then index = 0 end
return index
