-- Answers: items without an attempt, items given back, items leased, items failed, the jobs that have
-- not ended, the oldest first, each with the time (ms) since which it is complete, at most ARGV[1] of them, the jobs
-- that have items given back, and the time.
local c = redis.call('HMGET', STATS, 'fresh', 'given', 'leased', 'failed')
return {tonumber(c[1] or 0), tonumber(c[2] or 0), tonumber(c[3] or 0), tonumber(c[4] or 0),
  redis.call('ZRANGE', RUNNING, 0, ARGV[1] - 1, 'WITHSCORES'), redis.call('SMEMBERS', GIVEN), ms}
