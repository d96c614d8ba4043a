using JobOrchestrator.Features.Submissions;
using JobOrchestrator.Http;

namespace JobOrchestrator.Features.Jobs;

/// <summary>Reads many submissions: an array of them, or an object with that array as <c>jobs</c>.</summary>
internal static class BatchReader
{
    private const string NoTimeout = "Only POST /Jobs/StartJobWithTimeout waits so long. A batch is answered at once.";

    /// <summary>One entry: a submission, or why it is none.</summary>
    public readonly record struct Entry(Submission? Submission, Problem? Problem);

    /// <param name="utf8">The body.</param>
    /// <param name="api">The service.</param>
    /// <param name="caller">Who calls.</param>
    /// <param name="each">True: a bad entry is its own problem. False: it is everybody's.</param>
    /// <exception cref="ProblemException">
    /// The body cannot be read, or holds too many entries, or a bad one that is everybody's.
    /// </exception>
    public static List<Entry> Read(ReadOnlySpan<byte> utf8, Api api, Caller caller, bool each)
    {
        var body = new BodyReader(utf8, api.Options.ValueBytesMax, api.Unknown, surroundings: 2);
        List<Entry>? entries = null;
        if (body.ObjectOrArray())
        {
            entries = ReadEntries(ref body, api, caller, each);
        }
        else
        {
            while (body.NextMember())
            {
                if (body.Is("jobs"u8))
                {
                    if (body.EnterArray())
                    {
                        entries = ReadEntries(ref body, api, caller, each);
                        body.Leave();
                    }
                }
                else
                {
                    body.Unknown();
                }
            }
        }

        body.End();
        return entries ?? throw new ProblemException(Problems.NotAllowed("/jobs", "An array of submissions."));
    }

    private static List<Entry> ReadEntries(ref BodyReader body, Api api, Caller caller, bool each)
    {
        var entries = new List<Entry>();
        while (body.NextItem(entries.Count))
        {
            if (entries.Count == api.Options.BatchItemsMax)
            {
                throw new ProblemException(new Problem(ProblemType.TooLarge, $"A batch may have {api.Options.BatchItemsMax} jobs."));
            }

            Submission? read = body.InObject ? SubmissionReader.Read(ref body, api.Options, NoTimeout) : null;
            body.Leave();
            Problem? problem = each ? body.TakeProblem() : null;
            if (read is not null && problem is null)
            {
                problem = PermitOrProblem(read, caller);
                if (problem is not null && !each)
                {
                    throw new ProblemException(problem with { Index = entries.Count });
                }
            }

            entries.Add(new Entry(read, problem));
        }

        return entries;
    }

    private static Problem? PermitOrProblem(Submission read, Caller caller)
    {
        try
        {
            Submitting.Permit(read, caller);
            return null;
        }
        catch (ProblemException exception)
        {
            return exception.Problem;
        }
    }
}
