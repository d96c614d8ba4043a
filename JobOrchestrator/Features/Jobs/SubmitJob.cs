using JobOrchestrator.Features.Submissions;
using JobOrchestrator.Http;

namespace JobOrchestrator.Features.Jobs;

/// <summary><c>POST /jobs</c>: submit one job; <c>Prefer: wait=N</c> waits for its end.</summary>
internal static class SubmitJob
{
    private const string NoTimeout =
        "Only POST /Jobs/StartJobWithTimeout waits so long. Here the header Prefer: wait=N waits up to N seconds.";

    public static Task HandleAsync(HttpContext http, Api api)
    {
        var preferences = Preferences.Of(http.Request);
        TimeSpan? granted = preferences.Wait is null ? null : preferences.Granted(api.WaitMax(http));
        if (granted is null && preferences.RespondAsync)
        {
            http.Response.Headers["Preference-Applied"] = "respond-async";
        }

        return Submitting.HandleAsync(http, api, "POST /jobs", granted, static (_, most) => most, StatusCodes.Status200OK, NoTimeout);
    }
}
