-- KEYS: the record of the queue. ARGV: shards. Answers the shards it was made with, and when (ms).
local clock = redis.call('TIME')
redis.call('HSETNX', KEYS[1], 'shards', ARGV[1])
redis.call('HSETNX', KEYS[1], 'born', math.floor((clock[1] * 1000000 + clock[2]) / 1000))
return redis.call('HMGET', KEYS[1], 'shards', 'born')
