using Microsoft.Extensions.Options;

namespace JobOrchestrator.Hosting;

/// <summary>Checks <see cref="ApiOptions.Jwt"/> at the start.</summary>
internal sealed class JwtValidator : IValidateOptions<ApiOptions>
{
    public ValidateOptionsResult Validate(string? name, ApiOptions options)
    {
        string[] faults = [.. Faults(options.Jwt)];
        return faults.Length > 0 ? ValidateOptionsResult.Fail(faults) : ValidateOptionsResult.Success;
    }

    private static IEnumerable<string> Faults(JwtOptions jwt)
    {
        if (!jwt.IsOn)
        {
            if (jwt.Audience.Length > 0 || jwt.Issuers.Length > 0 || jwt.Roles.Count > 0 || !jwt.ReadPayload)
            {
                // Whoever sets one of them believes that tokens are asked for; without the authority none is.
                yield return "Api:Jwt:Authority is missing: without it no token is taken, whatever else section Api:Jwt says.";
            }

            yield break;
        }

        if (FaultOfAddress(jwt) is { } fault)
        {
            yield return fault;
        }

        if (jwt.Audience.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Length == 0)
        {
            yield return "Api:Jwt:Audience is missing: without it a token that was made for any other service would be taken.";
        }

        foreach (JwtRoleOptions role in jwt.Roles)
        {
            if (string.IsNullOrWhiteSpace(role.Role))
            {
                yield return "An entry of Api:Jwt:Roles has no Role: the word that tokens say.";
            }
            else if (role.Admin == (role.Permissions != KeyPermissions.None))
            {
                yield return $"The role '{role.Role}' of Api:Jwt:Roles has to say either \"Permissions\" (Read, Submit, Work, Operate, "
                    + "ReadPayload) or \"Admin\": true.";
            }
        }
    }

    private static string? FaultOfAddress(JwtOptions jwt)
    {
        if (!Uri.TryCreate(jwt.Authority, UriKind.Absolute, out Uri? address)
            || address is not ({ Scheme: "http" or "https", Host.Length: > 0, UserInfo: "", Query: "", Fragment: "" }))
        {
            return $"Api:Jwt:Authority: '{jwt.Authority}' is no address as in https://login.example.com/realms/main.";
        }

        if (!jwt.RequireHttpsMetadata && !address.IsLoopback)
        {
            return "Api:Jwt:RequireHttpsMetadata is false, which is only for an authority on this machine: whoever stands between could "
                + "give keys of its own.";
        }

        return address.Scheme == "http" && jwt.RequireHttpsMetadata
            ? "Api:Jwt:Authority has to be https. For one on this machine Api:Jwt:RequireHttpsMetadata may be false."
            : null;
    }
}
