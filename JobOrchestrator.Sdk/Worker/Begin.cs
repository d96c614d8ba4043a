namespace JobOrchestrator.Sdk;

/// <summary>
/// Begins work beside what runs already, and returns it as a task. In production that is the thread pool, so that work that computes
/// before its first await holds up nobody; where one thread has to do everything, it begins at once.
/// </summary>
/// <param name="work">The work.</param>
internal delegate Task Begin(Func<Task> work);
