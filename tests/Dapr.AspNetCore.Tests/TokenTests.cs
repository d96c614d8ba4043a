using System.Net;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;

namespace Dapr.AspNetCore.Tests;

public sealed class TokenTests
{
    [Theory]
    [InlineData("app-secret", HttpStatusCode.OK)]
    [InlineData("app-secre", HttpStatusCode.Unauthorized)]
    [InlineData("App-Secret", HttpStatusCode.Unauthorized)]
    [InlineData("", HttpStatusCode.Unauthorized)]
    [InlineData(null, HttpStatusCode.Unauthorized)]
    public async Task Endpoint_ForTheSidecarAlone_AsksForItsToken(string? token, HttpStatusCode status)
    {
        Assert.Equal(status, await CallAsync("app-secret", token));
    }

    [Theory]
    [InlineData("")]
    [InlineData("anything")]
    public async Task Endpoint_NoTokenConfigured_LetsNobodyIn(string shown)
    {
        Assert.Equal(HttpStatusCode.Unauthorized, await CallAsync(configured: "", shown));
    }

    [Fact]
    public async Task Endpoint_TokenInOptions_BeatsTheConfiguration()
    {
        Assert.Equal(HttpStatusCode.OK, await CallAsync("app-secret", "other", options => options.Token = "other"));
    }

    private static async Task<HttpStatusCode> CallAsync(
        string configured, string? shown, Action<DaprAuthenticationOptions>? configure = null)
    {
        var (host, client) = await App.StartAsync(
            app =>
            {
                app.UseAuthentication();
                app.UseAuthorization();
                app.MapPost("/events", () => "").RequireAuthorization("Dapr");
            },
            builder =>
            {
                builder.Configuration.AddInMemoryCollection([new("APP_API_TOKEN", configured)]);
                builder.Services.AddAuthentication().AddDapr(configure);
                builder.Services.AddAuthorization(options => options.AddDapr());
            });
        using var _ = host;
        using var request = new HttpRequestMessage(HttpMethod.Post, "/events");
        if (shown is not null)
            request.Headers.TryAddWithoutValidation("dapr-api-token", shown);
        using var answer = await client.SendAsync(request);
        return answer.StatusCode;
    }
}
