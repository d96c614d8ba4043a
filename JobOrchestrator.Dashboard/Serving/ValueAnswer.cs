using System.Text;
using JobOrchestrator.Dashboard.Calls;
using JobOrchestrator.Dashboard.Values;
using JobOrchestrator.Dashboard.Words;
using JobOrchestrator.Sdk;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace JobOrchestrator.Dashboard.Serving;

/// <summary>
/// One value of a job, whole, as text or as a file: byte for byte as it was written, but for what is hidden by its name.
/// </summary>
internal static partial class ValueAnswer
{
    public static async Task SendAsync(HttpContext http)
    {
        View view = http.RequestServices.GetRequiredService<View>();
        (string id, string name) = (view.Route("id"), view.LastSegment);
        Answer<Job?> answer = await view.AskAsync((jobs, left) => jobs.GetAsync(id, left));
        JobValue? value = answer.Has(out Job? job) && job is not null
            ? JobValue.Of(job).FirstOrDefault(one => one.Name == name)
            : null;
        http.Response.ContentType = "text/plain; charset=utf-8";
        if (value is null && name == "error" && job?.Error is { } error)
        {
            // Its worker added nothing to it.
            await http.Response.WriteAsync(PlainText.Of(error.Title), http.RequestAborted);
            return;
        }

        if (value is null)
        {
            http.Response.StatusCode = view.Worst switch
            {
                Trouble.Away => StatusCodes.Status503ServiceUnavailable,
                Trouble.Unknown => StatusCodes.Status401Unauthorized,
                Trouble.NotAllowed => StatusCodes.Status403Forbidden,
                _ => StatusCodes.Status404NotFound,
            };
            await http.Response.WriteAsync(view.Worst?.Text ?? $"This job has no {PlainText.Of(name, 20)}.", http.RequestAborted);
            return;
        }

        if (value.Json is not { } text)
        {
            http.Response.StatusCode = StatusCodes.Status403Forbidden;
            await http.Response.WriteAsync(
                $"{Numbers.Counted(value.Bytes, "byte")}; your key may not read payloads.", http.RequestAborted);
            return;
        }

        if (view.Query("reveal") == "true")
        {
            ILogger log = http.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(ValueAnswer).FullName!);
            LogRevealed(log, value.Name, job!.Id, http.Connection.RemoteIpAddress?.ToString() ?? "");
        }
        else
        {
            text = ShownJson.Of(text, view.Hidden).Text;
        }

        if (view.Query("download") == "true")
        {
            http.Response.ContentType = "application/octet-stream";
            http.Response.Headers.ContentDisposition = $"attachment; filename=\"{value.Name}-{Safe(job!.Id)}.json\"";
        }

        await http.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(text), http.RequestAborted);
    }

    /// <summary>Nothing of a file's name is anybody's but ours.</summary>
    private static string Safe(string id) => string.Concat(id.Where(each => char.IsAsciiLetterOrDigit(each) || each == '-').Take(36));

    [LoggerMessage(2_101, LogLevel.Information, "The hidden values in the {Value} of job {JobId} were shown to {Address}.")]
    private static partial void LogRevealed(ILogger log, string value, string jobId, string address);
}
