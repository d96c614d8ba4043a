using System.Threading.RateLimiting;
using JobOrchestrator.Hosting;
using Microsoft.Extensions.Options;

namespace JobOrchestrator.Http;

/// <summary>
/// How many requests may stay open at one time, of each key and in all: what streams and waits costs little, and without a bound anybody
/// could have any number. And how many bytes their bodies may have together, and their answers, half of them one key's. Who comes on top
/// is told to come back.
/// </summary>
internal sealed class RequestLimits(IOptions<ApiOptions> options, TimeProvider time) : IAnswerRoom, IDisposable
{
    // Smaller bodies are not counted: they cost less than counting them.
    private const int Unit = 16 * 1024;

    private readonly PartitionedRateLimiter<Caller> _streams = Of(options.Value.StreamsMax, options.Value.StreamsPerKeyMax);
    private readonly PartitionedRateLimiter<Caller> _bodies = Of(
        options.Value.BodiesBytesMax / Unit, Math.Max(1, options.Value.BodiesBytesMax / Unit / 2));

    private readonly PartitionedRateLimiter<Caller> _answers = Of(
        options.Value.AnswersBytesMax / Unit, Math.Max(1, options.Value.AnswersBytesMax / Unit / 2));

    private readonly PartitionedRateLimiter<Caller> _waits = Of(options.Value.WaitsMax, options.Value.WaitsPerKeyMax);

    private readonly int _waitsMax = Math.Min(options.Value.WaitsMax, options.Value.WaitsPerKeyMax);

    private readonly int _answersMax = Math.Max(1, options.Value.AnswersBytesMax / Unit / 2);

    private readonly int _bodiesMax = Math.Max(1, options.Value.BodiesBytesMax / Unit / 2);

    /// <summary>A place for an event stream; dispose of it to give it back.</summary>
    /// <exception cref="ProblemException">429.</exception>
    public IDisposable TakeStream(HttpContext http) => Take(_streams, http, "event streams");

    /// <summary>A place for a long poll, a waiting lease or a waiting submission; dispose of it to give it back.</summary>
    /// <exception cref="ProblemException">429.</exception>
    public IDisposable TakeWait(HttpContext http) => TakeWait(http, 1);

    /// <summary>Several such places, or all there are, for one request that waits for much.</summary>
    /// <exception cref="ProblemException">429.</exception>
    public IDisposable TakeWait(HttpContext http, int places) => Take(_waits, http, "waiting requests", Math.Min(places, _waitsMax));

    /// <summary>
    /// Room for what has come of a body, until the request has ended. What is only announced takes none: a few who announced much and
    /// sent little would keep everybody else out.
    /// </summary>
    /// <param name="http">The request.</param>
    /// <param name="bytes">How much has come.</param>
    /// <param name="taken">For how much of it there is room already, in units of this method's own.</param>
    /// <returns>The same, now.</returns>
    /// <exception cref="ProblemException">429.</exception>
    public int TakeBody(HttpContext http, long bytes, int taken)
    {
        int units = (int)Math.Min(bytes / Unit, _bodiesMax);
        if (units <= taken)
        {
            return taken;
        }

        http.Response.RegisterForDispose(Take(_bodies, http, "bytes of requests", units - taken));
        return units;
    }

    /// <summary>
    /// Room for an answer until it is read: who reads slowly holds all of it that long. One that tells what was done is sent without,
    /// where there is none, for nobody else would tell it.
    /// </summary>
    /// <inheritdoc cref="IAnswerRoom.TakeAnswer"/>
    public void TakeAnswer(HttpContext http, long bytes)
    {
        RateLimitLease room = _answers.AttemptAcquire(ApiKeys.CallerOf(http), (int)Math.Min(bytes / Unit, _answersMax));
        http.Response.RegisterForDispose(room);
        if (!room.IsAcquired && !CrossSite.Changes(http))
        {
            throw Full("bytes of answers");
        }
    }

    /// <summary>Fires when a body that begins now has had its time.</summary>
    public CancellationTokenSource BodyTime() => new(TimeSpan.FromSeconds(options.Value.BodySecondsMax), time);

    public void Dispose()
    {
        _answers.Dispose();
        _bodies.Dispose();
        _streams.Dispose();
        _waits.Dispose();
    }

    private static RateLimitLease Take(PartitionedRateLimiter<Caller> limiter, HttpContext http, string what, int count = 1)
    {
        RateLimitLease place = limiter.AttemptAcquire(ApiKeys.CallerOf(http), count);
        if (place.IsAcquired)
        {
            return place;
        }

        place.Dispose();
        throw Full(what);
    }

    private static ProblemException Full(string what) =>
        new(new Problem(ProblemType.TooBusy, $"As many {what} are open as may be. Nothing was done.")
        {
            RetryAfter = RetryAfter.WhenFull,
        });

    /// <summary>Without keys there is one caller, and only the bound on all holds.</summary>
    private static PartitionedRateLimiter<Caller> Of(int inAll, int perKey) => PartitionedRateLimiter.CreateChained(
        PartitionedRateLimiter.Create<Caller, string>(caller => caller.Account is { } account
            ? RateLimitPartition.GetConcurrencyLimiter(account, _ => At(perKey))
            : RateLimitPartition.GetNoLimiter("")),
        PartitionedRateLimiter.Create<Caller, string>(_ => RateLimitPartition.GetConcurrencyLimiter("", _ => At(inAll))));

    private static ConcurrencyLimiterOptions At(int most) => new() { PermitLimit = most, QueueLimit = 0 };
}
