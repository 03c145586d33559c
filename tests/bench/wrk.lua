-- Sends one query, each time with another comment if asked to, and prints what was measured as JSON.
-- Arguments: path, media type to accept, query (percent-encoded; "": none), mark ("" or what makes it unique).
local threads = {}

function setup(thread)
   table.insert(threads, thread)
   thread:set("id", #threads)
end

function init(args)
   path, accept, query, mark = args[1], args[2], args[3], args[4] or ""
   number = 0
   wrk.headers["Accept"] = accept
   fixed = wrk.format("GET", query == "" and path or path .. "?query=" .. query)
end

function request()
   if mark == "" then return fixed end
   number = number + 1
   return wrk.format("GET", path .. "?query=" .. query .. "%0A%23" .. mark .. "-" .. id .. "-" .. number)
end

function done(summary, latency, requests)
   local errors = summary.errors
   io.write(string.format(
      '\n{"requests": %d, "seconds": %.6f, "bytes": %d, "failed": %d, "p50": %.6f, "p99": %.6f, "max": %.6f}\n',
      summary.requests, summary.duration / 1e6, summary.bytes,
      errors.connect + errors.read + errors.write + errors.status + errors.timeout,
      latency:percentile(50) / 1e6, latency:percentile(99) / 1e6, latency.max / 1e6))
end
