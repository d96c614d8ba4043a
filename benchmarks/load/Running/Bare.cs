using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Load;

/// <summary>
/// What there is to compare with: an ASP.NET Core service that reads a body and answers with one of the same size as JobOrchestrator, and
/// does nothing else. A process of its own, with the garbage collector that the framework gives a web service (server).
/// </summary>
internal static class Bare
{
    /// <summary>The argument that makes this program be it.</summary>
    public const string Argument = "--bare";

    /// <summary>Answered once it listens.</summary>
    public const string ReadyPath = "/ready";

    private const int AnswerBytes = 600;

    public static async Task ServeAsync(int port)
    {
        byte[] answer = [(byte)'"', .. Enumerable.Repeat((byte)'x', AnswerBytes - 2), (byte)'"'];
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{Ports.Text(port)}");
        WebApplication app = builder.Build();
        app.MapGet(ReadyPath, static () => "");
        app.MapPost("/jobs", async http =>
        {
            while (true)
            {
                System.IO.Pipelines.ReadResult read = await http.Request.BodyReader.ReadAsync();
                http.Request.BodyReader.AdvanceTo(read.Buffer.End);
                if (read.IsCompleted)
                {
                    break;
                }
            }

            http.Response.StatusCode = StatusCodes.Status202Accepted;
            http.Response.ContentType = "application/json";
            http.Response.ContentLength = answer.Length;
            await http.Response.BodyWriter.WriteAsync(answer);
        });
        await app.RunAsync();
    }
}
