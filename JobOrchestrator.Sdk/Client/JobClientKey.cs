using Microsoft.Extensions.Options;

namespace JobOrchestrator.Sdk;

/// <summary>
/// A client's API key: what cannot stand in a request's head (the line end of a file it was read from, above all) stops the start and is
/// named. Without a container the client's constructor does.
/// </summary>
internal sealed class JobClientKey : IValidateOptions<JobClientOptions>
{
    private const string Refusal =
        "Jobs:Client:ApiKey has visible ASCII characters alone, blanks between them at most: no line end behind it, as files of secrets "
            + "often have.";

    public ValidateOptionsResult Validate(string? name, JobClientOptions options) =>
        IsUsable(options.ApiKey) ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(Refusal);

    /// <exception cref="ArgumentException">It cannot be sent.</exception>
    public static void Require(JobClientOptions options)
    {
        if (!IsUsable(options.ApiKey))
        {
            throw new ArgumentException(Refusal, nameof(options));
        }
    }

    private static bool IsUsable(string? key) =>
        key is null || (!key.AsSpan().ContainsAnyExceptInRange(' ', '~') && key.AsSpan().Trim(' ').Length == key.Length);
}
