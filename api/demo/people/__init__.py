"""演示人员 Demo people: families, members, officials, and how they live and earn. Q12, Q14–Q15"""
