using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace JobOrchestrator.Sdk;

/// <summary>A client's address: a wrong one stops the start and is named. Without a container the client's constructor does.</summary>
/// <param name="configuration">The app's configurations; there is none in some containers.</param>
internal sealed class JobClientAddress(IEnumerable<IConfiguration> configuration) : IValidateOptions<JobClientOptions>
{
    public ValidateOptionsResult Validate(string? name, JobClientOptions options) =>
        OrchestratorAddress.TryFrom(options, configuration.LastOrDefault(), out _, out string? refusal)
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail(refusal);
}
