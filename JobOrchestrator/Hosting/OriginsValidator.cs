using Microsoft.Extensions.Options;

namespace JobOrchestrator.Hosting;

/// <summary>Checks <see cref="ApiOptions.Origins"/> at the start.</summary>
internal sealed class OriginsValidator : IValidateOptions<ApiOptions>
{
    public ValidateOptionsResult Validate(string? name, ApiOptions options)
    {
        if (options.Origins.FirstOrDefault(origin => Origins.Normal(origin) is null) is { } wrong)
        {
            return ValidateOptionsResult.Fail(
                $"Api:Origins: '{wrong}' is no origin. Scheme, host and port, nothing else, as in https://jobs.example.com or "
                    + "http://localhost:3000.");
        }

        // Whoever guards the service does not want pages from everywhere to try keys.
        return options.AsksWhoCalls && options.Origins.Contains(Origins.Any)
            ? ValidateOptionsResult.Fail(
                $"Api:Origins: '*' and {(options.Keys.Count > 0 ? "Api:Keys" : "Api:Jwt")} exclude each other. Name the origins whose "
                    + "pages may call.")
            : ValidateOptionsResult.Success;
    }
}
