namespace JobOrchestrator.Http;

/// <summary>Turns away callers who ask for what their key is not for.</summary>
internal static class Permissions
{
    /// <exception cref="ProblemException">403: the caller may not work this queue.</exception>
    public static void RequireQueue(this Caller caller, string queue)
    {
        if (!caller.MayWork(queue))
        {
            throw new ProblemException(new Problem(ProblemType.Forbidden, $"This key is not for queue '{queue}'."));
        }
    }

    /// <summary>The owner to look for or to submit for.</summary>
    /// <param name="caller">Who asks.</param>
    /// <param name="asked">What the request says.</param>
    /// <exception cref="ProblemException">403: it names another one than the caller's.</exception>
    public static string? RequireOwner(this Caller caller, string? asked)
    {
        if (caller.Owner is not null && asked is not null && asked != caller.Owner)
        {
            throw new ProblemException(new Problem(ProblemType.Forbidden, $"This key is for owner '{caller.Owner}'."));
        }

        return asked ?? caller.Owner;
    }
}
