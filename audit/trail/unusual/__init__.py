"""Unusual use (异常使用): rules that look over what was done in a period and name what somebody should ask about.

A finding accuses nobody: it says what stands out and which events are behind it. `registry` holds what a rule is, `rules`
the house's own, `reading` runs them over the trail.
"""
