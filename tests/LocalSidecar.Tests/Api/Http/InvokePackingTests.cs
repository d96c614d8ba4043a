using System.IO.Compression;
using System.Net;
using LocalSidecar.Tests.Support;
using TestSupport;

namespace LocalSidecar.Tests.Api.Http;

/// <summary>Calls over HTTP to an app that compresses its answers for those who take that.</summary>
public sealed class InvokePackingTests
{
    [Theory]
    [InlineData("", "", "told")]
    [InlineData("gzip", "gzip", "told")]
    [InlineData("identity", "", "plain")]
    public async Task Invoke_AppCompresses_CallerGetsWhatItAskedFor(string accepted, string encoding, string text)
    {
        int port = FreePort.Next();
        await using WebApplication app = await StartAppAsync(port);
        await using TestSidecar sidecar = await TestSidecar.StartAsync([("worker", port)]);
        await sidecar.ReadyAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, sidecar.Url("/v1.0/invoke/worker/method/x"));
        if (accepted.Length > 0)
        {
            request.Headers.Add("Accept-Encoding", accepted);
        }

        using HttpResponseMessage response = await sidecar.Http.SendAsync(request);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(encoding, string.Join(',', response.Content.Headers.ContentEncoding));
        Stream body = await response.Content.ReadAsStreamAsync();
        using var reader = new StreamReader(encoding.Length > 0 ? new GZipStream(body, CompressionMode.Decompress) : body);
        Assert.Equal(text, await reader.ReadToEndAsync());
    }

    /// <summary>Says whether it was told that a compressed answer is welcome.</summary>
    private static async Task<WebApplication> StartAppAsync(int port)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        WebApplication app = builder.Build();
        app.MapGet("/x", static async context =>
        {
            if (context.Request.Headers.AcceptEncoding != "gzip")
            {
                await context.Response.WriteAsync("plain");
                return;
            }

            context.Response.Headers.ContentEncoding = "gzip";
            await using var packed = new GZipStream(context.Response.Body, CompressionMode.Compress);
            await packed.WriteAsync("told"u8.ToArray());
        });
        await app.StartAsync();
        return app;
    }
}
