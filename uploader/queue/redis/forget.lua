-- Makes a job invisible, to be cleared away. ARGV: job, then why: "ended" with the time (ms ago) before which it
-- must have ended; "abandoned" for one that abandon.lua has marked; "beaten" for an open one whose key another has.
-- Answers 1, or 0 where that is not so.
local k = keysOf(0)
local job, why = ARGV[1], ARGV[2]
local state, ended, failed, abandoned = unpack(redis.call('HMGET', k.job, 'state', 'ended', 'failed', 'abandoned'))
if state == 'gone' then return 1 end
local may = why == 'ended' and ended and tonumber(ended) <= ms - ARGV[3]
  or why == 'abandoned' and abandoned
  or why == 'beaten' and state == 'open'
if not may then return 0 end
redis.call('HSET', k.job, 'state', 'gone')
redis.call('ZREM', ENDED, job)
redis.call('ZREM', OPEN, job)
redis.call('ZADD', GONE, ms, job)
count('failed', -(failed or 0))
tell(job)
return 1
