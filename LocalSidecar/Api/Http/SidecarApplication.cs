using JobOrchestrator.Http;
using LocalSidecar.Errors;
using LocalSidecar.Invoke;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Features;

namespace LocalSidecar.Api.Http;

/// <summary>
/// Everything behind one sidecar's HTTP port. It stands directly on Kestrel: the hosting layer's per-request scopes,
/// diagnostics and routing would cost more than the request itself.
/// </summary>
internal sealed partial class SidecarApplication(Sidecar sidecar, Invocation invocation, Action shutdown, ILogger logger)
    : IHttpApplication<HttpContext>
{
    private readonly StateRoutes _state = new(sidecar);
    private readonly PublishRoutes _publish = new(sidecar);
    private readonly SecretRoutes _secrets = new(sidecar);
    private readonly MetadataRoutes _metadata = new(sidecar);
    private readonly InvokeRoutes _invoke = new(sidecar, invocation);
    private readonly CrossOrigin _pages = new(sidecar.Settings.AllowedOrigins);

    public HttpContext CreateContext(IFeatureCollection contextFeatures) => new DefaultHttpContext(contextFeatures);

    public void DisposeContext(HttpContext context, Exception? exception)
    {
        // A context holds nothing that outlives its request.
    }

    public async Task ProcessRequestAsync(HttpContext context)
    {
        try
        {
            if (Stranger(context) is { } stranger)
            {
                await Answer.SendAsync(context, stranger);
                return;
            }

            if (_pages.Answers(context))
            {
                return;
            }

            var target = RequestTarget.Parse(context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget);
            if (IsHealth(context, target))
            {
                await HealthAsync(context, target);
                return;
            }

            Answer.Trace(context);
            if (!sidecar.Tokens.Admit(context.Request.Headers["dapr-api-token"]))
            {
                context.Response.Headers.XContentTypeOptions = "nosniff";
                await Answer.SendAsync(context, 401, "invalid api token\n"u8.ToArray(), "text/plain; charset=utf-8");
                return;
            }

            await Route(context, target);
        }
        catch (FailureException refusal)
        {
            await Answer.SendAsync(context, ApiError.Of(refusal.Failure));
        }
        catch (ApiException refusal)
        {
            await Answer.SendAsync(context, refusal.Error);
        }
        catch (Exception problem)
            when (context.RequestAborted.IsCancellationRequested && problem is OperationCanceledException or IOException)
        {
            // The caller has left.
        }
        catch (BadHttpRequestException problem) when (!context.Response.HasStarted)
        {
            // Kestrel could not read the body: chunks that are none, or an end too early.
            await Answer.SendAsync(context, ApiError.Plain(problem.StatusCode, "ERR_MALFORMED_REQUEST", problem.Message));
        }
        catch (Exception problem) when (!context.Response.HasStarted && problem is not OutOfMemoryException)
        {
            LogFailed(logger, context.Request.Method, context.Request.Path, problem);
            await Answer.SendAsync(context, ApiError.Plain(500, "ERROR", problem.Message));
        }
    }

    /// <summary>
    /// What a page had a browser send is refused where it changes something, or comes under a foreign name. An invoked GET goes on with
    /// its headers: the app knows whether it only reads.
    /// </summary>
    private ApiError? Stranger(HttpContext context)
    {
        if (RequestOrigin.IsForeignHost(context, sidecar.Settings.AllowedHosts))
        {
            return ApiError.Plain(400, "ERR_FOREIGN_HOST", $"the sidecar is not called {context.Request.Host.Host}; see --allowed-hosts");
        }

        string method = context.Request.Method;
        bool reads = HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsOptions(method);
        return !reads && RequestOrigin.IsAnotherSite(context.Request, sidecar.Settings.AllowedOrigins)
            ? ApiError.Plain(403, "ERR_CROSS_SITE", "a page of another origin sent this; see --allowed-origins")
            : null;
    }

    private static bool IsHealth(HttpContext context, in RequestTarget target) =>
        target.Path.StartsWith("/v1.0/healthz", StringComparison.Ordinal) && target.Path is "/v1.0/healthz" or "/v1.0/healthz/outbound"
        && HttpMethods.IsGet(context.Request.Method);

    private async Task HealthAsync(HttpContext context, RequestTarget target)
    {
        if (target.Path == "/v1.0/healthz/outbound")
        {
            Answer.Empty(context);
        }
        else if (!sidecar.App.IsReady)
        {
            await Answer.SendAsync(context, ApiError.Plain(500, "ERR_HEALTH_NOT_READY", "dapr is not ready: [runtime]"));
        }
        else if (target.Value("appid") is { Length: > 0 } appId && appId != sidecar.App.Id)
        {
            await Answer.SendAsync(context, ApiError.Plain(500, "ERR_HEALTH_APPID_NOT_MATCH", "dapr app-id does not match"));
        }
        else
        {
            Answer.Empty(context);
        }
    }

    private Task Route(HttpContext context, RequestTarget target)
    {
        ReadOnlySpan<char> path = target.Path.AsSpan();
        string method = context.Request.Method;
        if (path.StartsWith("/v1.0/"))
        {
            ReadOnlySpan<char> rest = path[6..];
            int slash = rest.IndexOf('/');
            ReadOnlySpan<char> api = slash < 0 ? rest : rest[..slash];
            rest = slash < 0 ? default : rest[(slash + 1)..];
            switch (api)
            {
                case "state":
                    if (_state.Route(context, target, method, rest) is { } state)
                    {
                        return state;
                    }

                    break;
                case "publish":
                    if (_publish.Route(context, target, method, rest) is { } publish)
                    {
                        return publish;
                    }

                    break;
                case "secrets" when HttpMethods.IsGet(method):
                    if (_secrets.Route(context, rest) is { } secret)
                    {
                        return secret;
                    }

                    break;
                case "metadata":
                    if (_metadata.Route(context, method, rest) is { } metadata)
                    {
                        return metadata;
                    }

                    break;
                case "invoke":
                    if (_invoke.Route(context, target, rest) is { } call)
                    {
                        return call;
                    }

                    break;
                case "shutdown" when HttpMethods.IsPost(method) && rest.IsEmpty:
                    Answer.Empty(context);
                    context.Response.OnCompleted(() =>
                    {
                        shutdown();
                        return Task.CompletedTask;
                    });
                    return Task.CompletedTask;
            }
        }
        else if (path.StartsWith("/v1.0-alpha1/"))
        {
            ReadOnlySpan<char> rest = path[13..];
            if (rest.StartsWith("publish/bulk/") && _publish.Route(context, target, method, rest[8..]) is { } publish)
            {
                return publish;
            }

            if (rest.StartsWith("state/") && rest.EndsWith("/query") && _state.RouteQuery(context, method, rest[6..^6]) is { } query)
            {
                return query;
            }
        }

        return _invoke.ByHeader(context, target);
    }

    [LoggerMessage(50, LogLevel.Error, "{Method} {Path} failed")]
    private static partial void LogFailed(ILogger logger, string method, string path, Exception problem);
}
