using System.Text.Json;
using JobOrchestrator.BuiltIn;
using JobOrchestrator.Core;
using JobOrchestrator.Features.Submissions;
using JobOrchestrator.Hosting;
using JobOrchestrator.Http;

namespace JobOrchestrator.Doors.Hasty;

/// <summary><c>POST /</c>: a job of simulated work for the body's <c>object_id</c>.</summary>
internal sealed class StartHastyJob(DoorOptions options)
{
    public const string Queue = "hasty";

    // From job-server and its broker: no second run of an object within 300 s; a job that is not done after 46 s is cancelled; what is
    // not acknowledged for 50 s is delivered again, without end.
    private const int WindowSeconds = 300;
    private const int TimeLimitSeconds = 46;
    private const int SilenceSeconds = 50;

    public async Task HandleAsync(HttpContext http, Api api)
    {
        string? objectId;
        using (RequestBody body = await RequestBody.ReadAnyTypeAsync(http, api.Options.BodyBytesMax))
        {
            (objectId, string? fault) = ReadObjectId(body.Utf8.Span);
            if (fault is not null)
            {
                await HastyDoor.RefuseAsync(http, fault);
                return;
            }
        }

        if (objectId is null)
        {
            await HastyDoor.RefuseAsync(http, "you must provide an object_id");
            return;
        }

        // It is stored twice, as the input and as the unique key, and what is escaped grows.
        if (objectId.Length > BodyReader.KeyMax || objectId.Any(char.IsControl))
        {
            await HastyDoor.RefuseAsync(
                http, $"the object_id may have {BodyReader.KeyMax} characters and no control characters");
            return;
        }

        Caller caller = ApiKeys.CallerOf(http);
        caller.RequireSubmit(Queue);
        using var trace = SubmissionTrace.Begin(http, Queue);
        NewJob job = ToNewJob(api, objectId, caller.OwnerAtDoor(options.HastyOwner)) with
        {
            Traceparent = trace.Traceparent,
            Tracestate = trace.Tracestate,
        };
        caller.RequirePriority(job.Priority);
        Outcome outcome = await api.Shards.ProposeAsync(
            job.Id.Shard, new Command.Enqueue(job) { AskedBy = caller.Name }, http.RequestAborted);
        trace.Told(outcome);
        switch (outcome)
        {
            case Outcome.Refused { Why: Refusal.DuplicateJob or Refusal.KeyOfGoneJob }:
                await HastyDoor.RefuseAsync(http, "you need to wait 5 minutes before rerunning the same job");
                break;
            case Outcome.Refused { Why: var why }:
                await Problems.SendAsync(http, Problems.Of(why, ApiKeys.CallerOf(http), api.Now));
                break;
            case var accepted:
                http.Response.StatusCode = StatusCodes.Status201Created;
                await JsonAnswer.SendAsync(http, Outcomes.JobOf(accepted).Id, static (writer, id) =>
                {
                    writer.WriteStartObject();
                    writer.WriteStartObject("message"u8);
                    writer.WriteString("job_id"u8, id.Value);
                    writer.WriteEndObject();
                    writer.WriteEndObject();
                });
                break;
        }
    }

    private NewJob ToNewJob(Api api, string objectId, string? owner) => new()
    {
        Id = api.Shards.NewId(Queue),
        Spec = new JobSpec
        {
            Type = Simulation.JobType,
            Queue = Queue,
            Owner = owner,
            Input = JsonText.Of(JsonAnswer.ToUtf8((objectId, options), static (writer, asked) =>
            {
                writer.WriteStartObject();
                writer.WriteString("object_id"u8, asked.objectId);
                writer.WriteNumber("minSeconds"u8, asked.options.HastyMinSeconds);
                writer.WriteNumber("maxSeconds"u8, asked.options.HastyMaxSeconds);
                writer.WriteEndObject();
            })),
            UniqueKey = objectId,
            UniqueSeconds = WindowSeconds,
            TimeLimitSeconds = TimeLimitSeconds,
            LeaseSeconds = SilenceSeconds,
            MaxRetries = null,
            Backoff = Backoff.None,
        },
    };

    /// <summary>
    /// As Go reads a map of strings: the first value of the body, whose members all have to be strings or null; of equal names the last.
    /// </summary>
    private static (string? ObjectId, string? Fault) ReadObjectId(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Trim(" \t\r\n"u8).IsEmpty)
        {
            return (null, "EOF");
        }

        var json = new Utf8JsonReader(utf8, isFinalBlock: false, default);
        try
        {
            return ReadObjectId(ref json);
        }
        catch (JsonException)
        {
            return (null, $"invalid character '{(char)utf8[(int)Math.Min(json.BytesConsumed, utf8.Length - 1)]}' in the body after "
                + $"byte {json.BytesConsumed}");
        }
        catch (InvalidOperationException)
        {
            return (null, "invalid escape in a string of the body");
        }
    }

    private static (string? ObjectId, string? Fault) ReadObjectId(ref Utf8JsonReader json)
    {
        const string cutOff = "unexpected EOF";
        if (!json.Read())
        {
            return (null, cutOff);
        }

        if (json.TokenType != JsonTokenType.StartObject)
        {
            return (null, json.TokenType == JsonTokenType.Null
                ? null
                : $"json: cannot unmarshal {GoWordOf(json.TokenType)} into Go value of type map[string]string");
        }

        string? objectId = null;
        string? fault = null;
        while (true)
        {
            if (!json.Read())
            {
                return (null, cutOff);
            }

            if (json.TokenType == JsonTokenType.EndObject)
            {
                return (objectId, fault);
            }

            bool isObjectId = json.ValueTextEquals("object_id"u8);
            if (!json.Read())
            {
                return (null, cutOff);
            }

            if (json.TokenType is not (JsonTokenType.String or JsonTokenType.Null))
            {
                fault ??= $"json: cannot unmarshal {GoWordOf(json.TokenType)} into Go value of type string";
                if (!json.TrySkip())
                {
                    return (null, cutOff);
                }
            }
            else if (isObjectId)
            {
                objectId = json.GetString() ?? "";
            }
        }
    }

    private static string GoWordOf(JsonTokenType token) => token switch
    {
        JsonTokenType.StartObject => "object",
        JsonTokenType.StartArray => "array",
        JsonTokenType.Number => "number",
        JsonTokenType.True or JsonTokenType.False => "bool",
        _ => "string",
    };
}
