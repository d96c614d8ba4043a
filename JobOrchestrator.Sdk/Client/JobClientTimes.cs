using JobOrchestrator.Waiting;
using Microsoft.Extensions.Options;

namespace JobOrchestrator.Sdk;

/// <summary>A client's times: said in words where they cannot be used, with a container at the start and without one at once.</summary>
internal sealed class JobClientTimes : IValidateOptions<JobClientOptions>
{
    public ValidateOptionsResult Validate(string? name, JobClientOptions options) =>
        Refusals(options) is { Count: > 0 } refusals ? ValidateOptionsResult.Fail(refusals) : ValidateOptionsResult.Success;

    /// <exception cref="ArgumentException">A time cannot be used.</exception>
    public static void Require(JobClientOptions options)
    {
        if (Refusals(options) is { Count: > 0 } refusals)
        {
            throw new ArgumentException(string.Join(' ', refusals), nameof(options));
        }
    }

    private static List<string> Refusals(JobClientOptions options)
    {
        var refusals = new List<string>();
        Check(Longest.IsAtLeast(TimeSpan.FromTicks(1), options.Timeout), "Jobs:Client:Timeout has to be more than zero.");
        Check(Longest.IsAtLeast(TimeSpan.Zero, options.RetryFor), "Jobs:Client:RetryFor must not be negative.");
        Check(options.RetryPause > TimeSpan.Zero, "Jobs:Client:RetryPause has to be more than zero.");
        Check(
            Longest.IsAtLeast(TimeSpan.FromSeconds(1), options.PollWait), "Jobs:Client:PollWait has to be at least one second.");
        return refusals;

        void Check(bool isWell, string refusal)
        {
            if (!isWell)
            {
                refusals.Add(refusal);
            }
        }
    }
}
