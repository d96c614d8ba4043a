using JobOrchestrator.Core;
using JobOrchestrator.Http;

namespace JobOrchestrator.Doors.Relay;

/// <summary>How jobs are handed out by relay's routes: what is ready now, without waiting.</summary>
internal static class RelayLease
{
    public static async Task<IReadOnlyList<Job>> TakeAsync(HttpContext http, Api api, string queue, uint max)
    {
        ApiKeys.CallerOf(http).RequireWork(queue);
        if (max == 0)
        {
            return [];
        }

        var lease = new Command.Lease(
            [queue],
            $"relay@{http.Connection.RemoteIpAddress}",
            (int)Math.Min(max, (uint)Math.Min(api.Options.LeaseJobsMax, api.Shards.OneWrite.JobsMax)),
            Types: null,
            api.Randomness.NextToken(),
            api.Options.LeaseBytesMax)
        { AskedBy = ApiKeys.CallerOf(http).Name };
        return await api.Shards.LeaseAsync(lease, TimeSpan.Zero, http.RequestAborted);
    }
}
