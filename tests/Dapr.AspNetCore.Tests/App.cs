using System.Text;
using Microsoft.AspNetCore.TestHost;

namespace Dapr.AspNetCore.Tests;

/// <summary>An application in memory, as small as a test needs it.</summary>
internal static class App
{
    public static async Task<(IHost Host, HttpClient Client)> StartAsync(
        Action<WebApplication> map, Action<WebApplicationBuilder>? build = null)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseTestServer();
        builder.Services.AddRouting();
        build?.Invoke(builder);
        var app = builder.Build();
        map(app);
        await app.StartAsync();
        return (app, app.GetTestClient());
    }

    public static StringContent Body(string text, string contentType, Encoding? encoding = null)
    {
        var content = new StringContent(text, encoding ?? Encoding.UTF8);
        content.Headers.Remove("Content-Type");
        content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        return content;
    }
}
