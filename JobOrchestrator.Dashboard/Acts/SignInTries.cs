using System.Net;
using System.Threading.RateLimiting;

namespace JobOrchestrator.Dashboard.Acts;

/// <summary>Wrong keys, five a minute and address: whoever guesses does not get far, and whoever knows is not held up.</summary>
internal sealed class SignInTries : IDisposable
{
    private const int WrongAMinute = 5;

    private readonly PartitionedRateLimiter<IPAddress> _wrong = PartitionedRateLimiter.Create<IPAddress, IPAddress>(
        static address => RateLimitPartition.GetFixedWindowLimiter(
            address, static _ => new FixedWindowRateLimiterOptions { PermitLimit = WrongAMinute, Window = TimeSpan.FromMinutes(1) }));

    /// <summary>Whether one more key may be tried from there.</summary>
    public bool MayTry(IPAddress? from)
    {
        using RateLimitLease lease = _wrong.AttemptAcquire(from ?? IPAddress.None, permitCount: 0);
        return lease.IsAcquired;
    }

    /// <summary>A wrong one was tried.</summary>
    public void Wrong(IPAddress? from) => _wrong.AttemptAcquire(from ?? IPAddress.None).Dispose();

    public void Dispose() => _wrong.Dispose();
}
