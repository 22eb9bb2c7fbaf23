"""Every error that EC2 gives, by noun.

"Captured" is what logs, issue trackers and the sources of other programs quote: nobody here has asked AWS.
"""
