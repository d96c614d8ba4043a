using JobOrchestrator.Hosting;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.Options;

namespace JobOrchestrator.Http;

/// <summary>What <see cref="Tokens"/> are checked with.</summary>
internal static class TokenServices
{
    public static void AddTokens(this IServiceCollection services)
    {
        services.AddSingleton<AuthorityKeys>();
        services.AddSingleton<Tokens>();
        services.AddOptions<JwtBearerOptions>(JwtBearerDefaults.AuthenticationScheme)
            .Configure<IOptions<ApiOptions>, AuthorityKeys, TimeProvider>(
                static (checks, api, keys, time) => Tokens.Check(checks, api.Value.Jwt, keys, time));
    }
}
