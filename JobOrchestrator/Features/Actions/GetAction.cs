using JobOrchestrator.Http;

namespace JobOrchestrator.Features.Actions;

/// <summary><c>GET /actions/{id}</c>: one of the last actions.</summary>
internal static class GetAction
{
    public static async Task HandleAsync(HttpContext http, Api api)
    {
        ActionRecord action = Require(http);
        http.Response.Headers.CacheControl = "no-store";
        await AnswerAsync(http, action);
    }

    /// <summary>The action of a path.</summary>
    /// <exception cref="ProblemException">404: there is none that the caller may know of.</exception>
    public static ActionRecord Require(HttpContext http) =>
        Guid.TryParseExact((string?)http.Request.RouteValues["id"], "D", out Guid id)
        && ActionLog.Of(http).Find(id) is { } action
        && action.IsFor(ApiKeys.CallerOf(http))
            ? action
            : throw new ProblemException(new Problem(
                ProblemType.ActionNotFound, "None of the last 200 actions has this id, or it is not yours to see."));

    public static Task AnswerAsync(HttpContext http, ActionRecord action) => JsonAnswer.SendAsync(
        http, (action, ApiKeys.CallerOf(http)), static (writer, answer) => ActionJson.Write(writer, answer.action, answer.Item2));
}
