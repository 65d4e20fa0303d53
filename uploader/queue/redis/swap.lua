-- Changes the job of an id. KEYS: its record. ARGV: the job as it was, the job as it shall be ('' for none), life (ms).
-- Answers 1, or 0 when it was another.
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
if ARGV[2] == '' then return redis.call('DEL', KEYS[1]) end
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
return 1
